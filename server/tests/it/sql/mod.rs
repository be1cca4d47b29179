//! The SQL console: what superusers read, what they write if they mean it, and what nobody does.

mod refused;
mod works;

use serde_json::{Value, json};
use underpin_testkit::{Answer, TestServer};

const SQL: &str = "/api/sql";

/// A server with three posts and a user.
async fn server() -> TestServer {
    let server = TestServer::start().await;
    let fields = json!([{ "name": "title", "type": "text" }, { "name": "n", "type": "number" }]);
    server.open_collection("posts", fields).await;
    for n in 1..4 {
        let body = json!({ "id": format!("post0000000000{n}"), "title": format!("t{n}"), "n": n });
        server.superuser().create("posts", body).await;
    }
    server.user("ann").await;
    server
}

async fn ask(server: &TestServer, query: &str, write: bool) -> Answer {
    server.superuser().post(SQL, json!({ "query": query, "write": write })).await
}

async fn rows(server: &TestServer, query: &str) -> Value {
    ask(server, query, false).await.ok()["rows"].take()
}
