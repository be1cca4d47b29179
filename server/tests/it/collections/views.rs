//! View collections: what scenarios can't show.

use reqwest::{
    Method,
    multipart::{Form, Part},
};
use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

/// A collection `posts` that everybody may write, and a view of it that everybody may read.
async fn posts_and_view(server: &TestServer) {
    let fields = json!([
        { "name": "title", "type": "text" },
        { "name": "rank", "type": "number" },
        { "name": "secret", "type": "text", "hidden": true },
        { "name": "paper", "type": "file", "maxSelect": 1, "protected": true },
    ]);
    server.open_collection("posts", fields).await;
    view(server, "brief", "SELECT id, title FROM posts").await;
}

async fn view(server: &TestServer, name: &str, query: &str) -> Value {
    let rule = json!("");
    let body = json!({
        "name": name, "type": "view", "viewQuery": query, "listRule": rule, "viewRule": rule,
    });
    server.collection(body).await
}

async fn only_row(caller: &Caller, name: &str) -> Value {
    let path = format!("/api/collections/{name}/records");
    caller.get(&path).await.expect(200)["items"][0].clone()
}

#[tokio::test]
async fn a_view_has_no_realtime_events() {
    let server = TestServer::start().await;
    posts_and_view(&server).await;
    let mut socket = server.socket().await;
    socket.subscribe("view", "brief").await;
    socket.subscribe("posts", "posts").await;
    let root = server.superuser();
    let made = root.create("posts", json!({ "title": "a" })).await;
    let path = format!("/api/collections/posts/records/{}", made["id"].as_str().unwrap());
    root.patch(&path, json!({ "title": "b" })).await.expect(200);
    root.delete(&path).await.expect(204);
    for action in ["create", "update", "delete"] {
        let event = socket.frame().await;
        assert_eq!((&event["sub"], &event["action"]), (&json!("posts"), &json!(action)), "{event}");
    }
}

#[tokio::test]
async fn hidden_fields_stay_hidden_however_deep_a_view_takes_them_from() {
    let server = TestServer::start().await;
    posts_and_view(&server).await;
    server.superuser().create("posts", json!({ "title": "t", "secret": "s3cret" })).await;
    for (name, query) in [
        ("direct", "SELECT id, secret FROM posts"),
        ("renamed", "SELECT id, secret AS other FROM posts"),
        ("wrapped", "SELECT id, (secret) AS other FROM posts"),
        ("inside", "SELECT x.id, x.other FROM (SELECT id, secret AS other FROM posts) x"),
        ("with_", "WITH w(id, other) AS (SELECT id, secret FROM posts) SELECT id, other FROM w"),
        ("above", "SELECT id, other FROM wrapped"),
        ("higher", "SELECT id, (other) AS third FROM above"),
    ] {
        view(&server, name, query).await;
        let row = only_row(&server.guest(), name).await;
        assert!(!row.to_string().contains("s3cret"), "{name}: {row}");
        let row = only_row(&server.superuser(), name).await;
        assert!(row.to_string().contains("s3cret"), "{name}: {row}");
        let field = if name == "direct" { "secret" } else { "other" };
        let field = if name == "higher" { "third" } else { field };
        let filter = format!("{field} = 's3cret'");
        let path = format!("/api/collections/{name}/records");
        server.guest().ask(&path, &[("filter", &filter)]).await.expect(400);
        server.guest().ask(&path, &[("sort", field)]).await.expect(400);
    }
}

#[tokio::test]
async fn a_field_that_is_hidden_later_is_hidden_in_views_as_well() {
    let server = TestServer::start().await;
    posts_and_view(&server).await;
    let root = server.superuser();
    view(&server, "above", "SELECT id, (title) AS head FROM brief").await;
    root.create("posts", json!({ "title": "t1tle" })).await;
    assert_eq!(only_row(&server.guest(), "above").await["head"], "t1tle");
    let mut fields = root.get("/api/collections/posts").await.ok()["fields"].clone();
    fields[1]["hidden"] = json!(true);
    root.patch("/api/collections/posts", json!({ "fields": fields })).await.expect(200);
    for name in ["brief", "above"] {
        let row = only_row(&server.guest(), name).await;
        assert!(!row.to_string().contains("t1tle"), "{name}: {row}");
    }
}

#[tokio::test]
async fn rows_come_in_the_order_of_the_query_page_by_page() {
    let server = TestServer::start().await;
    posts_and_view(&server).await;
    let root = server.superuser();
    for rank in [3, 1, 5, 2, 4] {
        root.create("posts", json!({ "title": "t", "rank": rank })).await;
    }
    view(&server, "ranked", "SELECT id, rank, title FROM posts ORDER BY rank DESC").await;
    let path = "/api/collections/ranked/records";
    let mut ranks = Vec::new();
    for page in ["1", "2", "3"] {
        let page = root.ask(path, &[("perPage", "2"), ("page", page)]).await.ok();
        ranks.extend(page["items"].as_array().unwrap().iter().map(|item| item["rank"].clone()));
    }
    assert_eq!(ranks, [5, 4, 3, 2, 1].map(Value::from));
    // Rows that are equal by a sort key still have one order.
    let both = [("sort", "title"), ("perPage", "3")];
    let first = root.ids("ranked", &both).await;
    let rest = root.ids("ranked", &[both[0], both[1], ("page", "2")]).await;
    let mut all: Vec<String> = first.into_iter().chain(rest).collect();
    assert_eq!(all.len(), 5);
    all.dedup();
    assert!(all.is_sorted() && all.len() == 5, "{all:?}");
}

#[tokio::test]
async fn a_protected_file_opens_under_the_rule_of_the_view_that_shows_it() {
    let server = TestServer::start().await;
    posts_and_view(&server).await;
    let root = server.superuser();
    root.patch("/api/collections/posts", json!({ "viewRule": null })).await.expect(200);
    let form = Form::new().part("paper", Part::bytes(b"hello".to_vec()).file_name("note.txt"));
    let record = root.form(Method::POST, "/api/collections/posts/records", form).await.ok();
    let (id, file) = (record["id"].as_str().unwrap(), record["paper"].as_str().unwrap());
    view(&server, "papers", "SELECT id, paper AS sheet FROM posts").await;
    let path = |collection: &str| format!("/api/files/{collection}/{id}/{file}");
    server.guest().get(&path("posts")).await.expect(404);
    assert_eq!(server.guest().get(&path("papers")).await.text(), "hello");
    root.patch("/api/collections/papers", json!({ "viewRule": "sheet = 'x'" })).await.expect(200);
    server.guest().get(&path("papers")).await.expect(404);
    assert_eq!(root.get(&path("papers")).await.text(), "hello");
    root.patch("/api/collections/papers", json!({ "viewRule": null })).await.expect(200);
    server.guest().get(&path("papers")).await.expect(404);
}

#[tokio::test]
async fn field_ids_of_a_view_stay_when_it_is_made_anew() {
    let server = TestServer::start().await;
    posts_and_view(&server).await;
    let root = server.superuser();
    let ids = |collection: Value| -> Vec<Value> {
        collection["fields"].as_array().unwrap().iter().map(|field| field["id"].clone()).collect()
    };
    let before = ids(root.get("/api/collections/brief").await.ok());
    let changed = json!({ "viewQuery": "SELECT id, title FROM posts WHERE rank > 1" });
    assert_eq!(ids(root.patch("/api/collections/brief", changed).await.expect(200)), before);
    let mut fields = root.get("/api/collections/posts").await.ok()["fields"].clone();
    fields[1]["max"] = json!(70);
    root.patch("/api/collections/posts", json!({ "fields": fields })).await.expect(200);
    let after = root.get("/api/collections/brief").await.ok();
    assert_eq!(after["fields"][1]["max"], 70);
    assert_eq!(ids(after), before);
}
