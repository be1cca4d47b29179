//! The websocket protocol `underpin.v1`.

mod audience;
mod events;
mod frames;
mod lag;
mod payloads;
mod resume;
mod sessions;

use serde_json::{Value, json};
use underpin_testkit::TestServer;

/// A server with a collection `posts` that everybody may do everything with.
async fn server_with_posts() -> TestServer {
    let server = TestServer::start().await;
    let fields = json!([
        { "name": "title", "type": "text", "max": 100_000 },
        { "name": "count", "type": "number" },
    ]);
    server.open_collection("posts", fields).await;
    server
}

/// The path of a record of `posts`.
fn post(record: &Value) -> String {
    format!("/api/collections/posts/records/{}", record["id"].as_str().unwrap())
}

/// Action and title of an event; fails for other frames.
#[track_caller]
fn told(frame: &Value) -> (&str, &str) {
    assert_eq!(frame["type"], "event", "{frame}");
    (frame["action"].as_str().unwrap(), frame["record"]["title"].as_str().unwrap_or("-"))
}

/// The position in a frame's cursor.
#[track_caller]
fn position(frame: &Value) -> i64 {
    let cursor = frame["cursor"].as_str().unwrap_or_else(|| panic!("no cursor: {frame}"));
    cursor.rsplit_once('.').unwrap().1.parse().unwrap()
}
