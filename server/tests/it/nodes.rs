//! Several nodes on one PostgreSQL: what one changes the others know, and events reach everybody.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::task::JoinSet;
use underpin_testkit::{S3Server, Socket, TestServer};
use underpin_testpg::TestDatabase;

/// How old what a node knows of the others may be.
const MAX_AGE: Duration = Duration::from_secs(1);

/// Three nodes with an open collection `posts`.
async fn nodes() -> (TestDatabase, [TestServer; 3]) {
    let database = TestDatabase::create();
    let url = database.url();
    let first = TestServer::start_on(&url).await;
    let fields = json!([{ "name": "title", "type": "text" }]);
    first.open_collection("posts", fields).await;
    let rest = (TestServer::start_on(&url).await, TestServer::start_on(&url).await);
    (database, [first, rest.0, rest.1])
}

/// Action and id of so many events, and that their positions grow.
async fn told(mut socket: Socket, count: usize) -> Vec<(String, String)> {
    let (mut events, mut last) = (Vec::new(), 0);
    while events.len() < count {
        let frame = socket.frame().await;
        assert_eq!(frame["type"], "event", "{frame}");
        let cursor = frame["cursor"].as_str().unwrap();
        let position: i64 = cursor.rsplit_once('.').unwrap().1.parse().unwrap();
        assert!(position > last, "{position} after {last}");
        last = position;
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        events.push((text(&frame["action"]), text(&frame["record"]["id"])));
    }
    events
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn readers_on_every_node_see_each_change_once_in_one_order() {
    const WRITERS: usize = 30;
    const EACH: usize = 10;
    let (_database, nodes) = nodes().await;
    let mut readers = Vec::new();
    for node in &nodes {
        let mut socket = node.socket().await;
        socket.subscribe("s", "posts").await;
        readers.push(tokio::spawn(told(socket, WRITERS * EACH * 2)));
    }
    let mut writers = JoinSet::new();
    for at in 0..WRITERS {
        let (one, other) = (nodes[at % 3].guest(), nodes[(at + 1) % 3].guest());
        writers.spawn(async move {
            let mut ids = Vec::new();
            for number in 0..EACH {
                let made = one.create("posts", json!({ "title": format!("{at} {number}") })).await;
                let id = made["id"].as_str().unwrap().to_owned();
                // What one node has answered, another one finds.
                let path = format!("/api/collections/posts/records/{id}");
                other.patch(&path, json!({ "title": "changed" })).await.expect(200);
                ids.push(id);
            }
            ids
        });
    }
    let mut acknowledged: Vec<String> = writers.join_all().await.concat();
    acknowledged.sort();
    let mut seen = Vec::new();
    for reader in readers {
        seen.push(reader.await.unwrap());
    }
    assert!(seen.iter().all(|events| *events == seen[0]), "one order for all");
    for action in ["create", "update"] {
        let of_action = seen[0].iter().filter(|(done, _)| done == action);
        let mut ids: Vec<String> = of_action.map(|(_, id)| id.clone()).collect();
        ids.sort();
        assert_eq!(ids, acknowledged, "{action}");
    }
}

/// Asks again until something holds, which it must within a second.
async fn soon<F: AsyncFn() -> bool>(holds: F) {
    let since = Instant::now();
    loop {
        let asked = since.elapsed();
        if holds().await {
            return;
        }
        assert!(asked <= MAX_AGE, "not after {asked:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_and_their_secrets_reach_every_node() {
    let (_database, nodes) = nodes().await;
    let sent = json!({
        "meta": { "appName": "Everywhere" }, "smtp": { "password": "hunter2" },
    });
    nodes[0].superuser().patch("/api/settings", sent).await.expect(200);
    for node in &nodes[1..] {
        soon(async || {
            let shown = node.superuser().get("/api/settings").await.expect(200);
            shown["meta"]["appName"] == "Everywhere"
        })
        .await;
        let settings = node.backend.settings.current();
        assert_eq!(settings.smtp.password.expose(), "hunter2");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_one_node_took_is_served_and_removed_by_another() {
    let (_database, nodes) = nodes().await;
    let store = S3Server::start().await;
    nodes[0].open_collection("docs", json!([{ "name": "file", "type": "file" }])).await;
    let s3 = json!({ "s3": store.settings() });
    nodes[0].superuser().patch("/api/settings", s3).await.expect(200);
    for node in &nodes {
        soon(async || {
            let shown = node.superuser().get("/api/settings").await.expect(200);
            shown["s3"]["enabled"] == true
        })
        .await;
    }
    let records = "/api/collections/docs/records";
    for (at, other) in [(0, 1), (1, 2), (2, 0)] {
        let content = format!("taken by {at}");
        let part = reqwest::multipart::Part::text(content.clone()).file_name("a.txt");
        let form = reqwest::multipart::Form::new().part("file", part);
        let made = nodes[at].guest().form(reqwest::Method::POST, records, form).await.expect(200);
        let (id, name) = (made["id"].as_str().unwrap(), made["file"].as_str().unwrap());
        let path = format!("/api/files/docs/{id}/{name}");
        let (here, there) =
            (nodes[at].guest().get(&path).await, nodes[other].guest().get(&path).await);
        assert_eq!((here.text(), there.text()), (content.clone(), content));
        assert_eq!(here.header("etag"), there.header("etag"));
        assert_eq!(store.keys().len(), 1);
        nodes[other].guest().delete(&format!("{records}/{id}")).await.expect(204);
        assert_eq!(store.keys(), Vec::<String>::new());
        nodes[at].guest().get(&path).await.expect(404);
    }
}

mod denied {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_rule_that_one_node_closes_is_closed_on_all_within_a_second() {
        let (_database, nodes) = nodes().await;
        let path = "/api/collections/posts/records";
        nodes[0].guest().create("posts", json!({ "title": "a" })).await;
        for node in &nodes {
            node.guest().get(path).await.expect(200);
        }
        for rule in [json!(null), json!("id = 'nobody'"), json!("")] {
            let closed = json!({ "listRule": rule });
            nodes[0].superuser().patch("/api/collections/posts", closed).await.expect(200);
            let changed = Instant::now();
            for node in &nodes[1..] {
                loop {
                    let asked = changed.elapsed();
                    let answer = node.guest().get(path).await;
                    let rows = answer.json()["items"].as_array().map_or(0, Vec::len);
                    let is_new = match rule.as_str() {
                        None => answer.status == 403,
                        Some("") => rows == 1,
                        Some(_) => rows == 0,
                    };
                    if is_new {
                        break;
                    }
                    assert!(asked <= MAX_AGE, "{rule} after {asked:?}: {}", answer.text());
                }
            }
        }
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_session_that_ends_on_one_node_ends_on_all() {
        let (_database, nodes) = nodes().await;
        let (ann, id) = nodes[0].user("ann").await;
        let elsewhere = nodes[1].guest().with_token(&ann.token);
        let refresh = "/api/collections/users/auth-refresh";
        elsewhere.post(refresh, json!({})).await.expect(200);
        let path = format!("/api/collections/users/records/{id}");
        let new = json!({ "password": "abcdefgh1", "passwordConfirm": "abcdefgh1" });
        nodes[2].superuser().patch(&path, new).await.expect(200);
        elsewhere.post(refresh, json!({})).await.expect(401);
    }
}
