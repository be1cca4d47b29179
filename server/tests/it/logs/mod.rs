//! The log of requests and messages: what is kept, what never is, and for how long.

mod caps;
mod kept;
mod messages;
mod operations;
mod overload;
mod retention;
mod secrets;

use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

const PATH: &str = "/api/logs";

/// The entries that a filter finds, oldest first.
async fn entries(root: &Caller, filter: &str) -> Vec<Value> {
    let asked = [("filter", filter), ("sort", "@rowid"), ("perPage", "1000")];
    let page = root.ask(PATH, &asked).await.expect(200);
    page["items"].as_array().unwrap().clone()
}

/// The only entry that a filter finds.
async fn entry(root: &Caller, filter: &str) -> Value {
    let mut found = entries(root, filter).await;
    assert_eq!(found.len(), 1, "{filter}: {found:?}");
    found.remove(0)
}

/// Changes the settings of the log.
async fn set(server: &TestServer, logs: Value) {
    server.superuser().patch("/api/settings", json!({ "logs": logs })).await.expect(200);
}
