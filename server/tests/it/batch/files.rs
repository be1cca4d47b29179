//! Files in batches: in their place after a good one, nowhere after a failed one.

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};

use super::*;
use crate::everything::Everything;

/// A batch with files: the name of the part, the file's name and its content.
async fn send_form(caller: &Caller, requests: Vec<Value>, files: &[(&str, &str)]) -> Answer {
    let payload = json!({ "requests": requests }).to_string();
    let mut form = Form::new().text("@jsonPayload", payload);
    for (part, content) in files {
        let file = Part::text((*content).to_owned()).file_name(format!("{content}.txt"));
        form = form.part((*part).to_owned(), file);
    }
    caller.form(Method::POST, "/api/batch", form).await
}

async fn content(caller: &Caller, record: &Value, field: &str) -> String {
    let (id, name) = (record["id"].as_str().unwrap(), record[field].as_str().unwrap());
    caller.get(&format!("/api/files/posts/{id}/{name}")).await.text()
}

#[tokio::test]
async fn files_go_to_the_records_that_name_them() {
    let server = scene().await;
    let guest = server.guest();
    let requests = vec![
        create(json!({ "title": "a" })),
        create(json!({ "title": "b" })),
        create(json!({
            "id": "aaaaaaaaaaaaaaa", "title": "c",
        })),
    ];
    let files = [
        ("requests[2].pages", "third"),
        ("requests.0.scan", "first"),
        ("requests.1.scan", "second"),
    ];
    let answers = send_form(&guest, requests, &files).await.expect(200);
    assert_eq!(content(&guest, &answers[0]["body"], "scan").await, "first");
    assert_eq!(content(&guest, &answers[1]["body"], "scan").await, "second");
    let pages = answers[2]["body"]["pages"].as_array().unwrap();
    assert_eq!(pages.len(), 1);
    let path = format!("/api/files/posts/aaaaaaaaaaaaaaa/{}", pages[0].as_str().unwrap());
    assert_eq!(guest.get(&path).await.text(), "third");
    assert_eq!(Everything::of(&server).file_count(), 3);
}

#[tokio::test]
async fn only_the_last_of_several_files_stays() {
    let server = scene().await;
    let guest = server.guest();
    let id = "aaaaaaaaaaaaaaa";
    let requests = vec![
        create(json!({ "id": id, "title": "a" })),
        update(id, json!({ "count": 1 })),
        json!({ "method": "PUT", "url": POSTS, "body": { "id": id, "title": "b" } }),
    ];
    let files =
        [("requests.0.scan", "first"), ("requests.1.scan", "second"), ("requests.2.scan", "third")];
    let answers = send_form(&guest, requests, &files).await.expect(200);
    assert_eq!(content(&guest, &answers[2]["body"], "scan").await, "third");
    assert_eq!(Everything::of(&server).file_count(), 1);

    // The record goes and comes again under the same id.
    let requests = vec![delete(id), create(json!({ "id": id, "title": "again" }))];
    let answers = send_form(&guest, requests, &[("requests.1.scan", "fourth")]).await.expect(200);
    assert_eq!(content(&guest, &answers[1]["body"], "scan").await, "fourth");
    assert_eq!(Everything::of(&server).file_count(), 1);

    let requests = vec![update(id, json!({})), delete(id)];
    send_form(&guest, requests, &[("requests.0.scan", "fifth")]).await.expect(200);
    assert_eq!(Everything::of(&server).file_count(), 0);
    Everything::wait_for_empty_staging(&server).await;
}

#[tokio::test]
async fn a_failed_batch_leaves_no_file_and_takes_none_away() {
    let server = scene().await;
    let guest = server.guest();
    let form = Form::new().text("title", "old").part("scan", Part::text("old").file_name("a.txt"));
    let old = guest.form(Method::POST, POSTS, form).await.expect(200);
    let id = old["id"].as_str().unwrap();
    let before = Everything::of(&server);
    let files =
        [("requests.0.scan", "new"), ("requests.1.scan", "newer"), ("requests.9.scan", "x")];
    for last in [
        create(json!({ "title": "" })),
        json!({ "method": "POST", "url": "/nowhere" }),
        json!({ "method": "POST", "url": "/api/collections/nothing/records" }),
        json!({ "method": "POST", "url": "/api/collections/_superusers/records" }),
    ] {
        let requests = vec![
            create(json!({ "title": "new" })),
            update(id, json!({ "title": "changed" })),
            delete(id),
            last,
        ];
        let (place, _) = failed(&send_form(&guest, requests, &files).await);
        assert_eq!(place, "3");
        before.assert_same(&Everything::of(&server), "a failed batch");
    }
    // Refused before anything of it is run.
    let answer = send_form(&guest, vec![json!({})], &files).await;
    answer.expect(400);
    before.assert_same(&Everything::of(&server), "a batch that is none");
    Everything::wait_for_empty_staging(&server).await;
    assert_eq!(content(&guest, &old, "scan").await, "old");
}

#[tokio::test]
async fn files_of_fields_that_take_none_are_not_kept() {
    let server = scene().await;
    let guest = server.guest();
    let files = [("requests.0.nothing", "x"), ("requests.0.count", "y"), ("scan", "z")];
    let answers =
        send_form(&guest, vec![create(json!({ "title": "a" }))], &files).await.expect(200);
    assert_eq!(answers[0]["body"]["scan"], "");
    assert_eq!(Everything::of(&server).file_count(), 0);
    Everything::wait_for_empty_staging(&server).await;
}
