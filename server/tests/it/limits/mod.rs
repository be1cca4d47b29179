//! How often a client may ask, by which address it is known, and where superusers come from.

mod addresses;
mod doors;
mod rules;
mod superusers;

use reqwest::Method;
use serde_json::{Value, json};
use underpin_testkit::{Caller, Config, TestServer};

const POSTS: &str = "/api/collections/posts/records";

/// A server with posts that everybody may do everything with, and these settings.
async fn server(settings: Value) -> TestServer {
    server_with(settings, |_| ()).await
}

async fn server_with(settings: Value, configure: impl FnOnce(&mut Config)) -> TestServer {
    let server = TestServer::start_with(configure).await;
    server.open_collection("posts", json!([{ "name": "title", "type": "text" }])).await;
    server.superuser().patch("/api/settings", settings).await.ok();
    server
}

/// Settings with these limits: label, audience, requests a minute.
fn limits(rules: &[(&str, &str, i64)]) -> Value {
    let rule = |(label, audience, most): &(&str, &str, i64)| json!({ "label": label, "audience": audience, "duration": 60, "maxRequests": most });
    json!({ "rateLimits": { "enabled": true, "rules": rules.iter().map(rule).collect::<Vec<_>>() } })
}

/// The statuses of so many requests.
async fn statuses(caller: &Caller, method: Method, path: &str, times: usize) -> Vec<u16> {
    let mut found = Vec::new();
    for _ in 0..times {
        let body = (method == Method::POST).then(|| json!({ "title": "x" }));
        found.push(caller.send(method.clone(), path, body).await.status);
    }
    found
}

/// The statuses of lists, each asked for with these headers.
async fn with_headers(caller: &Caller, headers: &[(&str, &str)]) -> Vec<u16> {
    let mut found = Vec::new();
    for header in headers {
        found.push(caller.get_with(POSTS, &[*header]).await.status);
    }
    found
}
