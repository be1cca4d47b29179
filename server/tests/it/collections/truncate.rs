//! `DELETE /api/collections/{collection}/truncate`

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::json;
use underpin_testkit::TestServer;

use crate::everything::Everything;

/// More records than go in one write.
const MANY: usize = 620;

#[tokio::test]
async fn every_record_that_goes_is_an_event_and_its_file_goes_with_it() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let fields = json!([{ "name": "paper", "type": "file", "maxSelect": 1 }]);
    server.open_collection("papers", fields).await;
    let mut made = Vec::new();
    for _ in 0..3 {
        let form = Form::new().part("paper", Part::bytes(b"x".to_vec()).file_name("note.txt"));
        let record = root.form(Method::POST, "/api/collections/papers/records", form).await.ok();
        made.push(record["id"].as_str().unwrap().to_owned());
    }
    server.handed_out().await;
    let mut socket = server.socket().await;
    socket.subscribe("papers", "papers").await;
    root.delete("/api/collections/papers/truncate").await.expect(204);
    for id in made {
        let event = socket.frame().await;
        assert_eq!(event["action"], "delete", "{event}");
        assert_eq!(event["record"]["id"], id, "{event}");
    }
    assert_eq!(Everything::of(&server).file_count(), 0);
}

#[tokio::test]
async fn many_records_go_and_what_is_written_meanwhile_is_kept_whole() {
    let server = TestServer::start().await;
    let root = server.superuser();
    server.open_collection("notes", json!([{ "name": "n", "type": "number" }])).await;
    server.open_collection("other", json!([{ "name": "n", "type": "number" }])).await;
    let makers = (0..MANY).map(|n| root.create("notes", json!({ "n": n })));
    futures_util::future::join_all(makers).await;
    let (truncated, written) = tokio::join!(
        root.delete("/api/collections/notes/truncate"),
        root.post("/api/collections/other/records", json!({ "n": 1 })),
    );
    truncated.expect(204);
    written.expect(200);
    assert_eq!(root.get("/api/collections/notes/records").await.ok()["totalItems"], 0);
    assert_eq!(root.get("/api/collections/other/records").await.ok()["totalItems"], 1);
}

#[tokio::test]
async fn a_record_that_is_needed_elsewhere_keeps_them_all() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let parents = server.open_collection("parents", json!([])).await;
    let relation = |name: &str, cascade: bool, required: bool| {
        json!([{
            "name": name, "type": "relation", "collectionId": parents["id"], "maxSelect": 1,
            "cascadeDelete": cascade, "required": required,
        }])
    };
    server.open_collection("children", relation("p", true, false)).await;
    server.open_collection("needy", relation("p", false, true)).await;
    let parent = root.create("parents", json!({})).await;
    root.create("children", json!({ "p": parent["id"] })).await;
    root.create("needy", json!({ "p": parent["id"] })).await;
    let before = Everything::of(&server);
    root.delete("/api/collections/parents/truncate").await.expect(400);
    before.assert_same(&Everything::of(&server), "a refused truncation");
    root.delete("/api/collections/needy/truncate").await.expect(204);
    root.delete("/api/collections/parents/truncate").await.expect(204);
    assert_eq!(root.get("/api/collections/children/records").await.ok()["totalItems"], 0);
}

#[tokio::test]
async fn users_that_are_gone_are_nobody_any_more() {
    let server = TestServer::start().await;
    let (ann, id) = server.user("ann").await;
    let path = format!("/api/collections/users/records/{id}");
    ann.get(&path).await.expect(200);
    server.superuser().delete("/api/collections/users/truncate").await.expect(204);
    let answer = ann.post("/api/collections/users/auth-refresh", json!({})).await;
    assert_eq!(answer.status, 401, "{}", answer.text());
    server.superuser().delete("/api/collections/_superusers/truncate").await.expect(400);
    server.superuser().get("/api/collections").await.expect(200);
}
