//! Requests that nobody means well with: a 4xx in the shape of the API, nothing changed, nothing
//! told about the inside, and a server that goes on.

mod backups;
mod batches;
mod bodies;
mod depth;
mod faults;
mod ids;
mod limits;
mod names;
mod operations;
mod parameters;
mod patterns;
mod ranges;
mod requests;

use serde_json::{Value, json};
use underpin_testkit::{Answer, TestServer};

use crate::everything::Everything;

/// What no answer may tell: the database, its language, paths and source of the program.
const INSIDE: [&str; 14] = [
    "sqlite",
    "sqlx",
    "select ",
    " from ",
    "where ",
    "syntax error",
    "constraint",
    "panicked",
    ".rs:",
    "/tmp",
    "data.db",
    "argon2",
    "thread '",
    "no such",
];

/// Panics unless it is a refusal in the shape of the API that tells nothing of the inside.
#[track_caller]
fn assert_refusal(answer: &Answer, what: &str) {
    let text = answer.text();
    assert!((400..500).contains(&answer.status), "{what}: {} {text}", answer.status);
    let body = answer.json();
    assert_eq!(body["status"], answer.status, "{what}: {text}");
    assert!(body["message"].is_string() && body["data"].is_object(), "{what}: {text}");
    let lower = text.to_lowercase();
    for inside in INSIDE {
        assert!(!lower.contains(inside), "{what}: \"{inside}\" in {text}");
    }
}

/// An open collection for all of this.
async fn scene() -> TestServer {
    let server = TestServer::start().await;
    let fields = json!([
        { "name": "title", "type": "text" }, { "name": "rank", "type": "number" },
        { "name": "data", "type": "json" }, { "name": "scan", "type": "file" },
    ]);
    server.open_collection("posts", fields).await;
    server.guest().create("posts", json!({ "title": "a" })).await;
    server
}

/// Panics unless the server is as healthy as before and all is as it was.
async fn assert_unharmed(server: &TestServer, before: &Everything) {
    server.guest().get("/api/health").await.expect(200);
    before.assert_same(&Everything::of(server), "a hostile request");
    server.guest().create("posts", json!({ "title": "still works" })).await;
}
