//! `PUT /api/collections/import`

use reqwest::Method;
use serde_json::{Value, json};
use underpin_testkit::{Answer, TestServer};

use crate::everything::Everything;

async fn import(server: &TestServer, body: Value) -> Answer {
    server.superuser().send(Method::PUT, "/api/collections/import", Some(body)).await
}

/// A collection with two equal titles, a file, a view and a user.
async fn filled() -> TestServer {
    let server = TestServer::start().await;
    let root = server.superuser();
    let fields = json!([{ "name": "title", "type": "text" }, { "name": "n", "type": "number" }]);
    server.open_collection("posts", fields).await;
    for _ in 0..2 {
        root.create("posts", json!({ "title": "same", "n": 1 })).await;
    }
    let view =
        json!({ "name": "brief", "type": "view", "viewQuery": "SELECT id, title FROM posts" });
    server.collection(view).await;
    server.user("ann").await;
    server
}

#[tokio::test]
async fn an_import_that_fails_at_its_very_end_has_changed_nothing() {
    let server = filled().await;
    let before = Everything::of(&server);
    let good = json!([
        { "name": "fresh", "type": "base", "fields": [{ "name": "x", "type": "text" }] },
        { "name": "freshv", "type": "view", "viewQuery": "SELECT id, x FROM fresh" },
        { "name": "posts", "fields": [{ "name": "n", "type": "number", "max": 9 }] },
        { "name": "users", "listRule": null },
    ]);
    let last = [
        // The rows that are there break the index: only the database can tell.
        json!({ "name": "posts", "indexes": ["CREATE UNIQUE INDEX i ON posts (title)"] }),
        json!({ "name": "brief", "viewQuery": "SELECT id, nope FROM posts" }),
        json!({ "name": "brief", "viewQuery": "SELECT 'a' AS id, title FROM posts" }),
        json!({ "name": "broken", "listRule": "nope = 1" }),
        json!({ "name": "_superusers", "createRule": "" }),
    ];
    for last in last {
        let mut collections = good.as_array().unwrap().clone();
        collections.push(last.clone());
        for missing in [false, true] {
            let body = json!({ "collections": collections, "deleteMissing": missing });
            let refused = import(&server, body).await;
            assert_eq!(refused.status, 400, "{last}: {}", refused.text());
            before.assert_same(&Everything::of(&server), &last.to_string());
        }
    }
    // What was refused is not half there in memory either.
    let root = server.superuser();
    root.get("/api/collections/fresh").await.expect(404);
    assert_eq!(root.get("/api/collections/brief/records").await.ok()["totalItems"], 2);
    root.create("posts", json!({ "title": "same", "n": 10 })).await;
}

#[tokio::test]
async fn what_is_not_sent_goes_with_its_records_and_files_but_the_system_stays() {
    let server = filled().await;
    let root = server.superuser();
    let body = json!({
        "collections": [{ "name": "kept", "type": "base", "fields": [] }], "deleteMissing": true,
    });
    import(&server, body).await.expect(204);
    let list = root.ask("/api/collections", &[("filter", "system = false")]).await.ok();
    let names: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["kept"]);
    for name in ["posts", "brief", "users"] {
        root.get(&format!("/api/collections/{name}/records")).await.expect(404);
    }
    for name in ["_superusers", "_otps", "_mfas", "_externalAuths", "_authOrigins"] {
        let collection = root.get(&format!("/api/collections/{name}")).await.expect(200);
        assert!(collection["fields"].as_array().unwrap().len() > 4, "{name}");
    }
}

#[tokio::test]
async fn the_export_of_a_project_is_its_import() {
    let server = filled().await;
    let root = server.superuser();
    let all = |page: Value| page["items"].clone();
    let exported = all(root.ask("/api/collections", &[("perPage", "100")]).await.ok());
    let body = json!({ "collections": exported, "deleteMissing": true });
    import(&server, body.clone()).await.expect(204);
    let mut again = all(root.ask("/api/collections", &[("perPage", "100")]).await.ok());
    let mut before = exported.clone();
    for list in [&mut again, &mut before] {
        for collection in list.as_array_mut().unwrap() {
            collection.as_object_mut().unwrap().remove("updated");
        }
    }
    assert_eq!(again, before);
    assert_eq!(root.get("/api/collections/posts/records").await.ok()["totalItems"], 2);
    // Into another project.
    let other = TestServer::start().await;
    import(&other, body).await.expect(204);
    let there = other.superuser().get("/api/collections/brief").await.expect(200);
    assert_eq!(there["viewQuery"], "SELECT id, title FROM posts");
}

#[tokio::test]
async fn collections_and_views_that_need_each_other_come_in_any_order() {
    let server = TestServer::start().await;
    let collections = [
        json!({ "name": "top", "type": "view", "viewQuery": "SELECT id, t FROM middle" }),
        json!({ "name": "middle", "type": "view", "viewQuery": "SELECT id, t FROM one",
            "listRule": "@collection.top.t ?= 'x'" }),
        json!({ "id": "firstfirst00001", "name": "one", "type": "base", "fields": [
            { "name": "t", "type": "text" },
            { "name": "other", "type": "relation", "collectionId": "otherother00001" },
        ], "listRule": "other.t = 'a' && two_via_back.t = 'b'" }),
        json!({ "id": "otherother00001", "name": "two", "type": "base", "fields": [
            { "name": "t", "type": "text" },
            { "name": "back", "type": "relation", "collectionId": "firstfirst00001" },
        ], "viewRule": "back.other.back.t = 'c'" }),
    ];
    for turn in 0..collections.len() {
        let server = if turn == 0 { &server } else { &TestServer::start().await };
        let mut turned = collections.clone();
        turned.rotate_left(turn);
        import(server, json!({ "collections": turned })).await.expect(204);
        server.superuser().get("/api/collections/top/records").await.expect(200);
    }
}
