//! Totals of lists are true after every answered write, whether they were counted or remembered.

use std::sync::Arc;

use serde_json::{Value, json};
use tokio::task::JoinSet;
use underpin_testkit::TestServer;

const PATH: &str = "/api/collections/posts/records";

/// 300 posts of three authors, so that counting costs something.
async fn posts(server: &TestServer) {
    let fields = json!([{ "name": "active", "type": "bool" }]);
    let authors = server.open_collection("authors", fields).await;
    let fields = json!([
        { "name": "n", "type": "number" },
        { "name": "tags", "type": "select", "values": ["a", "b", "c"], "maxSelect": 3 },
        { "name": "hidden", "type": "text", "hidden": true },
        { "name": "author", "type": "relation", "collectionId": authors["id"], "cascadeDelete": true },
    ]);
    server.open_collection("posts", fields).await;
    for at in 0..3 {
        let body = json!({ "id": format!("author00000000{at}"), "active": at != 1 });
        server.guest().create("authors", body).await;
    }
    for at in 0..60 {
        post(server, at).await;
    }
}

async fn post(server: &TestServer, at: u32) -> Value {
    let author = format!("author00000000{}", at % 3);
    let tags = [&["a"][..], &["a", "b"], &[]][usize::try_from(at % 3).unwrap()];
    server.guest().create("posts", json!({ "n": at, "tags": tags, "author": author })).await
}

async fn total(server: &TestServer, filter: &str) -> i64 {
    let asked = [("filter", filter), ("perPage", "1")];
    server.guest().ask(PATH, &asked).await.expect(200)["totalItems"].as_i64().unwrap()
}

#[tokio::test]
async fn a_total_follows_every_write() {
    let server = TestServer::start().await;
    posts(&server).await;
    let guest = server.guest();
    let filters = [
        ("", 60),
        ("n < 30", 30),
        ("tags:each ?= 'b'", 20),
        ("author.active = true", 40),
        ("tags:length = 0 || n = 1", 21),
    ];
    for (filter, expected) in filters {
        // Counted, then remembered.
        assert_eq!(
            (total(&server, filter).await, total(&server, filter).await),
            (expected, expected)
        );
    }
    let new = post(&server, 1).await;
    let path = format!("{PATH}/{}", new["id"].as_str().unwrap());
    let after = |change: [i64; 5]| filters.iter().zip(change).map(|((f, n), step)| (*f, n + step));
    for (filter, expected) in after([1, 1, 1, 0, 1]) {
        assert_eq!(total(&server, filter).await, expected, "made: {filter}");
    }
    let change = json!({ "n": 45, "tags": [], "author": "author000000000" });
    guest.patch(&path, change).await.expect(200);
    for (filter, expected) in after([1, 0, 0, 1, 1]) {
        assert_eq!(total(&server, filter).await, expected, "changed: {filter}");
    }
    guest
        .patch("/api/collections/authors/records/author000000001", json!({ "active": true }))
        .await;
    for (filter, expected) in after([1, 0, 0, 21, 1]) {
        assert_eq!(total(&server, filter).await, expected, "another collection: {filter}");
    }
    guest.delete("/api/collections/authors/records/author000000002").await;
    for (filter, expected) in after([-19, -10, 0, 1, -19]) {
        assert_eq!(total(&server, filter).await, expected, "cascade: {filter}");
    }
}

#[tokio::test]
async fn a_refused_write_leaves_totals_as_they_are() {
    let server = TestServer::start().await;
    posts(&server).await;
    assert_eq!(total(&server, "n >= 0").await, 60);
    let body = json!({ "n": 5, "author": "missing00000000" });
    server.guest().post(PATH, body).await.expect(400);
    assert_eq!(total(&server, "n >= 0").await, 60);
}

#[tokio::test]
async fn a_change_of_rule_or_field_counts_anew() {
    let server = TestServer::start().await;
    posts(&server).await;
    assert_eq!(total(&server, "").await, 60);
    let root = server.superuser();
    let rule = |text: &str| json!({ "listRule": text });
    root.patch("/api/collections/posts", rule("hidden = 'x' || n < 10")).await.expect(200);
    assert_eq!(total(&server, "").await, 10);
    let id = server.guest().ids("posts", &[("filter", "n = 3")]).await.remove(0);
    root.patch(&format!("{PATH}/{id}"), json!({ "n": 70 })).await.expect(200);
    assert_eq!(total(&server, "").await, 9);
    root.patch(&format!("{PATH}/{id}"), json!({ "hidden": "x" })).await.expect(200);
    assert_eq!(total(&server, "").await, 10);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_was_answered_finds_his_write_counted() {
    let server = Arc::new(TestServer::start().await);
    posts(&server).await;
    let mut writers = JoinSet::new();
    for writer in 0..8_u32 {
        let server = Arc::clone(&server);
        writers.spawn(async move {
            let filter = format!("n >= {} && n < {}", 1_000 * (writer + 1), 1_000 * (writer + 2));
            let mut ids = Vec::new();
            for step in 0..25_i64 {
                let n = 1_000 * (writer + 1) + u32::try_from(step).unwrap();
                ids.push(post(&server, n).await["id"].as_str().unwrap().to_owned());
                assert_eq!(total(&server, &filter).await, step + 1);
            }
            for id in ids.drain(..10) {
                server.guest().delete(&format!("{PATH}/{id}")).await;
            }
            assert_eq!(total(&server, &filter).await, 15);
        });
    }
    writers.join_all().await;
    assert_eq!(total(&server, "").await, 60 + 8 * 15);
}
