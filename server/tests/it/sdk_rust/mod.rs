//! The SDK crate against a real server.

mod batches;
mod filters;
mod records;
mod sessions;
mod subscriptions;

use serde::{Deserialize, Serialize};
use serde_json::json;
use underpin::Client;
use underpin_testkit::TestServer;

/// A record of `posts` as a program has it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
struct Post {
    title: String,
    #[serde(default)]
    count: i64,
}

impl Post {
    fn new(title: &str, count: i64) -> Self {
        Self { title: title.to_owned(), count }
    }
}

/// A server with `posts` that signed-in users may use, and a client that is Ann.
async fn server_and_client() -> (TestServer, Client) {
    let server = TestServer::start().await;
    let rule = "@request.auth.id != ''";
    server
        .collection(json!({
            "name": "posts", "type": "base",
            "listRule": rule, "viewRule": rule, "createRule": rule, "updateRule": rule,
            "deleteRule": rule,
            "fields": [
                { "name": "title", "type": "text", "max": 10_000 },
                { "name": "count", "type": "number" },
                { "name": "file", "type": "file", "maxSelect": 1, "protected": true },
            ],
        }))
        .await;
    server.user("ann").await;
    let client = Client::new(&server.base).unwrap();
    client.collection("users").auth_with_password("ann@example.com", "12345678").await.unwrap();
    (server, client)
}
