//! A request for each route, with what it needs made beforehand.

use reqwest::{
    Client, Method, RequestBuilder,
    multipart::{Form, Part},
    redirect::Policy,
};
use serde_json::{Value, json};
use underpin_testkit::Caller;

use super::World;

/// A key made for tests.
const APPLE_KEY: &str = include_str!("../../../credentials/src/apple/test_key.pem");

/// A zip with nothing in it.
const EMPTY_ZIP: &[u8] = b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

/// A request that is ready to be sent.
pub(super) struct Request {
    builder: RequestBuilder,
    /// A stream that must stay open until then.
    _stream: Option<reqwest::Response>,
}

impl Request {
    /// Makes what a route needs; fails for a route that it does not know.
    #[expect(clippy::too_many_lines, reason = "one arm a route")]
    pub(super) async fn prepare(world: &World, route: &str, caller: &Caller) -> Self {
        let (method, path) = route.split_once(' ').unwrap();
        let (mut path, mut body, mut stream) = (path.to_owned(), None, None);
        match route {
            "GET /_"
            | "GET /api/health"
            | "HEAD /api/health"
            | "GET /api/realtime"
            | "GET /api/realtime/ws"
            | "GET /api/collections"
            | "GET /api/collections/meta/oauth2-providers"
            | "GET /api/collections/meta/scaffolds"
            | "GET /api/settings"
            | "HEAD /api/settings"
            | "GET /api/logs"
            | "HEAD /api/logs"
            | "DELETE /api/logs"
            | "GET /api/logs/stats"
            | "HEAD /api/logs/stats"
            | "GET /api/crons"
            | "HEAD /api/crons"
            | "GET /api/backups"
            | "HEAD /api/backups"
            // No body: it has the name that nobody has chosen.
            | "POST /api/backups" => {}
            "POST /api/backups/{name}" => "/api/backups/upload".clone_into(&mut path),
            "GET /api/backups/{name}" | "HEAD /api/backups/{name}" | "DELETE /api/backups/{name}" => {
                path = backup(world, caller).await;
            }
            "GET /api/logs/{id}" | "HEAD /api/logs/{id}" => path = log_entry(world).await,
            "POST /api/backups/{name}/restore" => {
                "/api/backups/none.zip/restore".clone_into(&mut path);
            }
            "POST /api/crons/{id}" => "/api/crons/__pbOTPCleanup__".clone_into(&mut path),
            // Both are off, so there is nothing to try.
            "POST /api/settings/test/s3" => body = Some(json!({ "filesystem": "storage" })),
            "POST /api/settings/test/email" => {
                body = Some(json!({ "email": "ann@example.com", "template": "otp" }));
            }
            "POST /api/settings/apple/generate-client-secret" => {
                body = Some(json!({
                    "clientId": "com.example.app", "teamId": "TEAM567890", "keyId": "KEY4567890",
                    "privateKey": APPLE_KEY, "duration": 100,
                }));
            }
            "PATCH /api/settings" => body = Some(json!({ "meta": { "appName": "changed" } })),
            "POST /api/batch" => body = Some(batch(world).await),
            "GET /_/{path:.*}" | "HEAD /_/{path:.*}" => "/_/collections".clone_into(&mut path),
            "GET /{path:.*}" | "HEAD /{path:.*}" => "/nothing".clone_into(&mut path),
            "POST /api/sql" => body = Some(json!({ "query": "SELECT 1" })),
            "POST /api/files/token" => body = Some(json!({})),
            "POST /api/realtime" => {
                let (client, opened) = stream_of_a_guest(world).await;
                body = Some(json!({ "clientId": client, "subscriptions": ["posts"] }));
                stream = Some(opened);
            }
            "POST /api/collections" => {
                let name = format!("made_{}", underpin_model::id::random_lowercase(10));
                body = Some(json!({ "name": name, "type": "base" }));
            }
            "POST /api/collections/meta/dry-run-view" => {
                body = Some(json!({ "query": "SELECT id, title FROM posts" }));
            }
            "PUT /api/collections/import" => {
                body = Some(json!({ "collections": [{ "name": "imported", "listRule": null }] }));
            }
            "DELETE /api/collections/{collection}" => path = doomed_collection(world).await,
            "GET /api/files/{collection}/{record}/{name}"
            | "HEAD /api/files/{collection}/{record}/{name}" => {
                path = file(world, caller).await;
            }
            _ if path.starts_with("/api/collections/{collection}") => {
                let name = match path.rsplit('/').next().unwrap() {
                    "auth-refresh" => "users",
                    "auth-methods" | "auth-with-password" => "members",
                    _ => "posts",
                };
                path = path.replace("{collection}", name);
                if path.contains("{id}") {
                    path = path.replace("{id}", world.record().await["id"].as_str().unwrap());
                }
                body = below_a_collection(world, method, &path);
            }
            _ => panic!("{route} has no row in the permission matrix: add its request here"),
        }
        let client = Client::builder().redirect(Policy::none()).build().unwrap();
        let method: Method = method.parse().unwrap();
        let mut builder = client.request(method, format!("{}{path}", caller.base));
        if !caller.token.is_empty() {
            builder = builder.header("Authorization", &caller.token);
        }
        if path.ends_with("/upload") {
            let zip = Part::bytes(EMPTY_ZIP.to_vec());
            let name = format!("{}.zip", underpin_model::id::random_lowercase(10));
            builder = builder.multipart(Form::new().part("file", zip.file_name(name)));
        }
        if path.ends_with("/ws") {
            builder = as_websocket(builder);
        }
        if let Some(body) = body {
            builder = builder.json(&body);
        }
        Self { builder, _stream: stream }
    }

    /// Sends it; the body of the answer may never end and is left.
    pub(super) async fn status(self) -> u16 {
        self.builder.send().await.unwrap().status().as_u16()
    }
}

/// Somebody who signs in.
pub(super) fn member() -> Value {
    json!({
        "email": "member@example.com", "password": "12345678", "passwordConfirm": "12345678",
    })
}

/// A batch with each kind of write.
async fn batch(world: &World) -> Value {
    let records = "/api/collections/posts/records";
    let ids = [world.record().await["id"].clone(), world.record().await["id"].clone()];
    let path = |id: &Value| format!("{records}/{}", id.as_str().unwrap());
    let body = json!({ "title": "new", "owner": world.owner });
    json!({ "requests": [
        { "method": "POST", "url": records, "body": body },
        { "method": "PATCH", "url": path(&ids[0]), "body": { "title": "changed" } },
        { "method": "PUT", "url": records, "body": { "id": ids[0], "title": "again" } },
        { "method": "DELETE", "url": path(&ids[1]) },
    ] })
}

/// The bodies of requests below a collection.
fn below_a_collection(world: &World, method: &str, path: &str) -> Option<Value> {
    let last = path.rsplit('/').next().unwrap();
    match (method, last) {
        ("POST", "auth-with-password") => {
            Some(json!({ "identity": "member@example.com", "password": "12345678" }))
        }
        ("POST", "auth-refresh") => Some(json!({})),
        ("POST", "records") => Some(json!({ "title": "new", "owner": world.owner })),
        ("PATCH", "posts") => Some(json!({ "indexes": [] })),
        ("PATCH", _) => Some(json!({ "title": "changed" })),
        ("GET" | "HEAD" | "DELETE", _) => None,
        _ => panic!("{method} {path} has no row in the permission matrix: add its body here"),
    }
}

fn as_websocket(builder: RequestBuilder) -> RequestBuilder {
    builder
        .header("Connection", "Upgrade")
        .header("Upgrade", "websocket")
        .header("Sec-WebSocket-Version", "13")
        .header("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
}

async fn stream_of_a_guest(world: &World) -> (String, reqwest::Response) {
    let guest = world.server.guest();
    let mut opened = guest.request(Method::GET, "/api/realtime").send().await.unwrap();
    let chunk = opened.chunk().await.unwrap().unwrap();
    let text = String::from_utf8(chunk.to_vec()).unwrap();
    let id = text.lines().find_map(|line| line.strip_prefix("id:")).unwrap();
    (id.to_owned(), opened)
}

async fn log_entry(world: &World) -> String {
    let entries = world.root.get("/api/logs?perPage=1&sort=-@rowid").await.ok();
    format!("/api/logs/{}", entries["items"][0]["id"].as_str().unwrap())
}

async fn doomed_collection(world: &World) -> String {
    let name = format!("doomed_{}", underpin_model::id::random_lowercase(10));
    world.server.collection(json!({ "name": name, "type": "base" })).await;
    format!("/api/collections/{name}")
}

/// The path of a backup, with the caller's token for files.
async fn backup(world: &World, caller: &Caller) -> String {
    let name = format!("{}.zip", underpin_model::id::random_lowercase(10));
    let form = Form::new().part("file", Part::bytes(EMPTY_ZIP.to_vec()).file_name(name.clone()));
    world.root.form(Method::POST, "/api/backups/upload", form).await.expect(204);
    format!("/api/backups/{name}?token={}", file_token(caller).await)
}

/// The caller's token for files; empty for a guest.
async fn file_token(caller: &Caller) -> String {
    let token = caller.post("/api/files/token", json!({})).await;
    if token.status != 200 {
        return String::new();
    }
    token.json()["token"].as_str().unwrap().to_owned()
}

/// The path of a protected file, with the caller's token for it.
async fn file(world: &World, caller: &Caller) -> String {
    let form = Form::new()
        .text("owner", world.owner.clone())
        .part("file", Part::bytes(b"hello".to_vec()).file_name("note.txt"));
    let path = "/api/collections/posts/records";
    let record = world.root.form(Method::POST, path, form).await.ok();
    let part = |value: &Value| value.as_str().unwrap().to_owned();
    let (id, name) = (part(&record["id"]), part(&record["file"]));
    format!("/api/files/posts/{id}/{name}?token={}", file_token(caller).await)
}
