//! Server-sent events as PocketBase's SDKs expect them, with resuming by `Last-Event-ID` on top.

mod audience;
mod events;
mod identity;
mod stream;
mod topics;

use serde_json::json;
use underpin_testkit::TestServer;

use self::stream::{Message, Stream};

/// A server with a collection `posts` that everybody may do everything with.
async fn server_with_posts() -> TestServer {
    let server = TestServer::start().await;
    let fields = json!([
        { "name": "title", "type": "text" },
        { "name": "count", "type": "number" },
        { "name": "secret", "type": "text", "hidden": true },
    ]);
    server.open_collection("posts", fields).await;
    server
}

/// Action and title of a message.
#[track_caller]
fn told(message: &Message) -> (String, String) {
    let text = |value: &serde_json::Value| value.as_str().unwrap_or("-").to_owned();
    (text(&message.data["action"]), text(&message.data["record"]["title"]))
}

/// What [`told`] gives for an action and a title.
fn of(action: &str, title: &str) -> (String, String) {
    (action.to_owned(), title.to_owned())
}
