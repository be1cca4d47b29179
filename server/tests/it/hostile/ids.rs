//! Ids that are no plain names, where a collection lets them have any form: they become folders
//! (security D49).

use reqwest::{
    Method,
    multipart::{Form, Part},
};

use super::*;
use crate::batch::turn_on;

const PATH: &str = "/api/collections/free/records";

/// What may be no name of a folder.
const ODD: [&str; 20] = [
    "..",
    ".",
    "../../x",
    "..\\..\\x",
    "/etc/passwd",
    "\\\\server\\share",
    "C:\\x",
    "c:x",
    "%2e%2e",
    "%2e%2e%2fx",
    "a\0b",
    "a\nb",
    "con",
    "NUL",
    "Com1",
    "lpt9",
    "a/b",
    "a.b",
    "*",
    "a b",
];

/// An open collection whose ids may be any text, with files.
async fn free() -> TestServer {
    let server = scene().await;
    let fields = json!([
        { "name": "id", "type": "text", "primaryKey": true, "required": true, "system": true,
          "min": 0, "max": 0, "pattern": "(?s)^.*$" },
        { "name": "scan", "type": "file" },
    ]);
    server.open_collection("free", fields).await;
    turn_on(&server, json!({})).await;
    server
}

fn form(id: &str) -> Form {
    let payload = json!({ "id": id }).to_string();
    let file = Part::text("content").file_name("a.txt");
    Form::new().text("@jsonPayload", payload).part("scan", file)
}

#[tokio::test]
async fn an_id_that_could_lead_elsewhere_is_refused_at_every_door() {
    let server = free().await;
    let guest = server.guest();
    let before = Everything::of(&server);
    for id in ODD {
        let request = |method: &str| json!({ "requests": [{ "method": method, "url": PATH, "body": { "id": id } }] });
        let payload = request("PUT").to_string();
        let file = Part::text("content").file_name("a.txt");
        let batch = Form::new().text("@jsonPayload", payload).part("requests.0.scan", file);
        let refused = guest.post(PATH, json!({ "id": id })).await.expect(400);
        let code = refused["data"]["id"]["code"].as_str().unwrap();
        let codes = ["validation_forbidden_pk_character", "validation_reserved_pk"];
        assert!(codes.contains(&code), "{id:?}: it is the pattern that refuses: {refused}");
        for (door, answer) in [
            ("form", guest.form(Method::POST, PATH, form(id)).await),
            ("batch", guest.post("/api/batch", request("POST")).await),
            ("upsert", guest.post("/api/batch", request("PUT")).await),
            ("batch with a file", guest.form(Method::POST, "/api/batch", batch).await),
        ] {
            assert_refusal(&answer, &format!("{door} {id:?}"));
        }
    }
    Everything::wait_for_empty_staging(&server).await;
    assert_unharmed(&server, &before).await;
}

#[tokio::test]
async fn an_id_that_no_folder_can_have_takes_no_file_and_leaves_none() {
    let server = free().await;
    let guest = server.guest();
    let before = Everything::of(&server).file_count();
    for id in ["\u{fc}n\u{ef}", "\u{202e}txt", "\u{ff0e}\u{ff0e}", "a&b", "a,b", &"x".repeat(400)] {
        let made = guest.form(Method::POST, PATH, form(id)).await;
        assert_refusal(&made, &format!("{id:.20}"));
    }
    Everything::wait_for_empty_staging(&server).await;
    assert!(guest.ids("free", &[]).await.is_empty());
    assert_eq!(Everything::of(&server).file_count(), before);
    // One that can have a folder is served from it.
    let made = guest.form(Method::POST, PATH, form("A_plain-id")).await.expect(200);
    let file = format!("/api/files/free/A_plain-id/{}", made["scan"].as_str().unwrap());
    assert_eq!(guest.get(&file).await.text(), "content");
}

#[tokio::test]
async fn the_id_of_a_collection_is_a_plain_word() {
    let server = scene().await;
    let root = server.superuser();
    let before = Everything::of(&server);
    for id in ODD.into_iter().chain(["\u{fc}n\u{ef}", "\u{ff0e}\u{ff0e}", &"x".repeat(101)]) {
        let made = root.post("/api/collections", json!({ "id": id, "name": "fresh" })).await;
        made.expect_codes(&[("id", "validation_match_invalid")]);
        let body = json!({ "collections": [{ "id": id, "name": "fresh", "type": "base" }] });
        let imported = root.send(Method::PUT, "/api/collections/import", Some(body)).await;
        assert_refusal(&imported, &format!("import {id:?}"));
    }
    assert_unharmed(&server, &before).await;
}
