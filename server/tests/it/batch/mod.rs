//! `POST /api/batch`: what the conformance scenarios don't show.

mod events;
mod files;
mod limits;
mod passwords;
mod together;

use serde_json::{Value, json};
use underpin_testkit::{Answer, Caller, TestServer};

/// Allows batches, with these settings besides.
pub(crate) async fn turn_on(server: &TestServer, more: Value) {
    let mut batch = json!({ "enabled": true });
    for (name, value) in more.as_object().unwrap() {
        batch[name] = value.clone();
    }
    server.superuser().patch("/api/settings", json!({ "batch": batch })).await.expect(200);
}

/// A server that takes batches, with an open collection `posts`.
async fn scene() -> TestServer {
    let server = TestServer::start().await;
    let fields = json!([
        { "name": "title", "type": "text", "required": true },
        { "name": "count", "type": "number", "max": 100 },
        { "name": "scan", "type": "file", "maxSelect": 1 },
        { "name": "pages", "type": "file", "maxSelect": 3 },
    ]);
    server.open_collection("posts", fields).await;
    turn_on(&server, json!({})).await;
    server
}

const POSTS: &str = "/api/collections/posts/records";

fn create(body: Value) -> Value {
    json!({ "method": "POST", "url": POSTS, "body": body })
}

fn update(id: &str, body: Value) -> Value {
    json!({ "method": "PATCH", "url": format!("{POSTS}/{id}"), "body": body })
}

fn delete(id: &str) -> Value {
    json!({ "method": "DELETE", "url": format!("{POSTS}/{id}") })
}

async fn send(caller: &Caller, requests: Vec<Value>) -> Answer {
    caller.post("/api/batch", json!({ "requests": requests })).await
}

/// The place of the request that failed, and its own answer.
#[track_caller]
fn failed(answer: &Answer) -> (String, Value) {
    let body = answer.expect(400);
    let requests = body["data"]["requests"].as_object().unwrap_or_else(|| panic!("{body}"));
    let (place, error) = requests.iter().next().unwrap();
    assert_eq!(error["code"], "batch_request_failed", "{body}");
    (place.clone(), error["response"].clone())
}
