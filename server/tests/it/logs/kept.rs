//! What is kept of a request.

use reqwest::Method;
use serde_json::json;
use underpin_testkit::TestServer;

use super::{entries, entry, set};
use crate::batch::turn_on;

#[tokio::test]
async fn an_entry_and_its_answer_have_one_request_id() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let answers = [
        server.guest().get("/api/health?mark=1").await,
        server.guest().get("/api/nowhere?mark=2").await,
        server.guest().delete("/api/collections/users?mark=3").await,
    ];
    for (answer, mark) in answers.iter().zip(1..) {
        let kept = entry(&root, &format!("data.url ~ 'mark={mark}'")).await;
        let id = answer.header("X-Request-Id");
        assert_eq!(kept["data"]["requestId"], id);
        assert!(!id.is_empty() && kept["data"]["status"] == answer.status, "{kept}");
        let alone = root.get(&format!("/api/logs/{}", kept["id"].as_str().unwrap())).await;
        assert_eq!(alone.expect(200), kept);
    }
    // Nobody chooses it from outside.
    let chosen = [("X-Request-Id", "chosen")];
    let answer = server.guest().get_with("/api/health?mark=4", &chosen).await;
    assert_ne!(answer.header("X-Request-Id"), "chosen");
    assert_ne!(entry(&root, "data.url ~ 'mark=4'").await["data"]["requestId"], "chosen");
}

#[tokio::test]
async fn who_asked_is_the_collection_and_the_id_if_the_settings_want_it() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let (ann, id) = server.user("ann").await;
    ann.get("/api/health?mark=before").await.ok();
    set(&server, json!({ "logAuthId": true, "logIP": false })).await;
    ann.get("/api/health?mark=after").await.ok();
    server.guest().get("/api/health?mark=guest").await.ok();
    let before = entry(&root, "data.url ~ 'mark=before'").await["data"].take();
    assert_eq!((&before["auth"], &before["userIP"]), (&json!("users"), &json!("127.0.0.1")));
    assert!(before.get("authId").is_none(), "{before}");
    let after = entry(&root, "data.url ~ 'mark=after'").await["data"].take();
    assert_eq!(after["authId"], id.as_str());
    assert!(after.get("userIP").is_none() && after.get("remoteIP").is_none(), "{after}");
    let guest = entry(&root, "data.url ~ 'mark=guest'").await["data"].take();
    assert!(guest["auth"] == "" && guest.get("authId").is_none(), "{guest}");
}

#[tokio::test]
async fn an_address_that_a_client_claims_is_not_believed() {
    let server = TestServer::start().await;
    let claimed = [("X-Forwarded-For", "9.9.9.9"), ("X-Real-IP", "9.9.9.9")];
    server.guest().get_with("/api/health?mark=x", &claimed).await.ok();
    let kept = entry(&server.superuser(), "data.url ~ 'mark=x'").await;
    assert_eq!(kept["data"]["userIP"], "127.0.0.1");
    assert!(!kept.to_string().contains("9.9.9.9"), "{kept}");
}

#[tokio::test]
async fn every_way_in_is_logged() {
    let server = TestServer::start().await;
    turn_on(&server, json!({})).await;
    let guest = server.guest();
    let socket = server.socket().await;
    let stream = guest.request(Method::GET, "/api/realtime").send().await.unwrap();
    guest.post("/api/batch", json!({ "requests": [] })).await;
    guest.get("/api/files/users/a/b").await;
    guest.get("/nowhere").await;
    let root = server.superuser();
    for (method, url) in [
        ("GET", "/api/realtime/ws"),
        ("GET", "/api/realtime"),
        ("POST", "/api/batch"),
        ("GET", "/api/files/users/a/b"),
        ("GET", "/nowhere"),
    ] {
        let filter = format!("data.url = '{url}' && data.method = '{method}'");
        assert_eq!(entries(&root, &filter).await.len(), 1, "{method} {url}");
    }
    drop((socket, stream));
}

#[tokio::test]
async fn a_fault_tells_superusers_its_cause_and_clients_nothing() {
    let server = TestServer::start().await;
    let root = server.superuser();
    server.open_collection("posts", json!([{ "name": "title", "type": "text" }])).await;
    server.store.rows("DROP TABLE posts");
    let answer = server.guest().get("/api/collections/posts/records?mark=x").await;
    assert_eq!(answer.status, 503, "{}", answer.text());
    assert!(!answer.text().contains("posts"), "{}", answer.text());
    let kept = entry(&root, "data.url ~ 'mark=x'").await;
    assert_eq!(kept["level"], 8);
    assert!(kept["data"]["details"].as_str().unwrap().contains("posts"), "{kept}");
}
