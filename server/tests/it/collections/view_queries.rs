//! Queries of views are SQL by a superuser's hand: they read, and do nothing else.

use std::time::{Duration, Instant};

use serde_json::json;
use underpin_testkit::TestServer;

use crate::everything::Everything;

const TRY: &str = "/api/collections/meta/dry-run-view";

/// Queries that want to do more than read what views may read.
const HOSTILE: [&str; 36] = [
    "DELETE FROM posts",
    "DROP TABLE posts",
    "UPDATE posts SET title = 'x'",
    "INSERT INTO posts (id) VALUES ('a') RETURNING id",
    "REPLACE INTO posts (id) VALUES ('a') RETURNING id",
    "WITH x AS (SELECT 1) DELETE FROM posts RETURNING id",
    "WITH x AS (SELECT 1) INSERT INTO posts (id) SELECT 'a' RETURNING id",
    "SELECT id FROM posts; DROP TABLE posts",
    "SELECT id FROM posts; DROP TABLE posts; --",
    "SELECT id FROM posts) ; DROP TABLE posts; --",
    "SELECT id FROM posts) AS x, (SELECT 1",
    "SELECT id FROM posts -- \u{0}\n; DROP TABLE posts",
    "SELECT id FROM posts /*",
    "SELECT id FROM posts WHERE title = '",
    "SELECT id FROM posts WHERE title = ?",
    "SELECT id FROM posts WHERE title = ?1",
    "SELECT id FROM posts WHERE title = :x",
    "SELECT id FROM posts WHERE title = @x",
    "SELECT id FROM posts WHERE title = $x",
    "ATTACH DATABASE '/tmp/underpin-attached.db' AS other",
    "VACUUM INTO '/tmp/underpin-copy.db'",
    "PRAGMA writable_schema = ON",
    "PRAGMA user_version",
    "EXPLAIN SELECT id FROM posts",
    "CREATE TABLE x (id)",
    "BEGIN",
    "SELECT load_extension('x') AS id",
    "SELECT writefile('/tmp/underpin-written', 'x') AS id",
    "SELECT readfile('/etc/passwd') AS id",
    "SELECT name AS id FROM sqlite_master",
    "SELECT name AS id FROM sqlite_schema",
    "SELECT name AS id FROM pragma_table_list",
    "SELECT name AS id FROM dbstat",
    "SELECT id, value FROM _params",
    "SELECT id, options FROM _collections",
    "SELECT position AS id, after FROM _changes",
];

/// Queries that read a password's hash or a token key, one way or another.
const THIEVISH: [&str; 12] = [
    "SELECT id, password FROM users",
    "SELECT id, tokenKey AS title FROM users",
    "SELECT id, (password || '') AS title FROM users",
    "SELECT id, hex(tokenKey) AS title FROM _superusers",
    "SELECT id, (password LIKE '$argon2id$%') AS ours FROM users",
    "SELECT id FROM users WHERE tokenKey > 'm'",
    "SELECT id FROM users ORDER BY password",
    "SELECT id, title FROM posts WHERE title IN (SELECT tokenKey FROM users)",
    "WITH w(a, b, c, d) AS (SELECT id, PassWord, email, verified FROM users) SELECT a AS id, b FROM w",
    "SELECT x.id FROM (SELECT * FROM users) x",
    "SELECT count(DISTINCT password) AS id FROM users",
    "SELECT id, email FROM users UNION SELECT id, tokenKey FROM users",
];

async fn server_with_posts() -> TestServer {
    let server = TestServer::start().await;
    server.open_collection("posts", json!([{ "name": "title", "type": "text" }])).await;
    server.superuser().create("posts", json!({ "title": "kept" })).await;
    server.user("ann").await;
    server
}

#[tokio::test]
async fn a_query_that_does_more_than_read_is_refused_and_changes_nothing() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let view = json!({ "name": "fine", "type": "view", "viewQuery": "SELECT id FROM posts" });
    root.post("/api/collections", view).await.expect(200);
    let before = Everything::of(&server);
    for query in HOSTILE.iter().chain(&THIEVISH) {
        let status = |answer: underpin_testkit::Answer| (answer.status, answer.text());
        let tried = status(root.post(TRY, json!({ "query": query })).await);
        assert_eq!(tried.0, 400, "{query}: {}", tried.1);
        let body = json!({ "name": "v", "type": "view", "viewQuery": query });
        let made = status(root.post("/api/collections", body.clone()).await);
        assert_eq!(made.0, 400, "{query}: {}", made.1);
        let changed = root.patch("/api/collections/fine", json!({ "viewQuery": query })).await;
        assert_eq!(changed.status, 400, "{query}: {}", changed.text());
        let import = json!({ "collections": [body] });
        let import = root.send(reqwest::Method::PUT, "/api/collections/import", Some(import)).await;
        assert_eq!(import.status, 400, "{query}: {}", import.text());
        before.assert_same(&Everything::of(&server), query);
    }
    for file in ["/tmp/underpin-attached.db", "/tmp/underpin-copy.db", "/tmp/underpin-written"] {
        assert!(!std::path::Path::new(file).exists(), "{file}");
    }
}

#[tokio::test]
async fn a_query_that_never_ends_is_ended_and_holds_nobody_up() {
    let server = TestServer::start_with(|config| config.database.read_seconds = 1).await;
    let root = server.superuser();
    server.open_collection("posts", json!([{ "name": "title", "type": "text" }])).await;
    let endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) \
                   SELECT count(*) AS id FROM c";
    let before = Everything::of(&server);
    let begun = Instant::now();
    let (tried, made, written) = tokio::join!(
        root.post(TRY, json!({ "query": endless })),
        root.post("/api/collections", json!({ "name": "v", "type": "view", "viewQuery": endless })),
        async {
            let begun = Instant::now();
            let answer = root.post("/api/collections/posts/records", json!({ "title": "x" })).await;
            (answer.status, begun.elapsed())
        },
    );
    assert_eq!((tried.status, made.status), (400, 400), "{} {}", tried.text(), made.text());
    made.expect_codes(&[("viewQuery", "validation_invalid_view_query")]);
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    assert_eq!(written.0, 200);
    assert!(written.1 < Duration::from_secs(1), "a write waited for it: {:?}", written.1);
    let made = root.get("/api/collections/posts/records").await.ok()["items"][0].clone();
    let path = format!("/api/collections/posts/records/{}", made["id"].as_str().unwrap());
    root.delete(&path).await.expect(204);
    let after = Everything::of(&server);
    assert_eq!(before.file_count(), after.file_count());
    root.get("/api/collections/v").await.expect(404);
}

#[tokio::test]
async fn a_view_that_takes_too_long_ends_at_the_limit_for_each_reader() {
    let server = TestServer::start_with(|config| config.database.read_seconds = 1).await;
    let slow =
        "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n AS id FROM c";
    let body = json!({ "name": "v", "type": "view", "viewQuery": slow, "listRule": "" });
    server.superuser().post("/api/collections", body).await.expect(200);
    let begun = Instant::now();
    let answer = server.guest().get("/api/collections/v/records").await;
    assert!(answer.status >= 400, "{}", answer.text());
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
    let first = [("skipTotal", "1"), ("perPage", "2")];
    let ids = server.guest().ids("v", &first).await;
    assert_eq!(ids, ["1", "2"], "the first rows come without the rest");
}

#[tokio::test]
async fn a_try_leaves_nothing_behind() {
    let server = server_with_posts().await;
    let before = Everything::of(&server);
    let query = "SELECT p.id, upper(p.title) AS loud FROM posts p";
    for _ in 0..3 {
        let tried = server.superuser().post(TRY, json!({ "query": query })).await.expect(200);
        assert_eq!(tried["sample"][0]["loud"], "KEPT");
    }
    before.assert_same(&Everything::of(&server), "after tries");
}

#[tokio::test]
async fn texts_in_double_quotes_are_taken_where_no_column_has_the_name() {
    let server = server_with_posts().await;
    let query = "SELECT id, title, (\"it's\") AS said FROM posts WHERE \"title\" = \"kept\"";
    let body = json!({ "name": "v", "type": "view", "viewQuery": query, "listRule": "" });
    let made = server.superuser().post("/api/collections", body).await.expect(200);
    assert_eq!(made["viewQuery"], query);
    let page = server.guest().get("/api/collections/v/records").await.expect(200);
    assert_eq!(page["items"][0]["said"], "it's");
}

#[tokio::test]
async fn a_row_as_a_whole_is_all_of_its_columns() {
    let server = server_with_posts().await;
    let root = server.superuser();
    for query in [
        "SELECT id, to_json(users) AS x FROM users",
        "SELECT u.id, u AS x FROM users u",
        "SELECT u.id, (u)::text AS x FROM users u",
        "SELECT u.id, count(u) AS x FROM users u GROUP BY u.id",
        "SELECT p.id, (SELECT json_agg(u) FROM users u) AS x FROM posts p",
        "SELECT a.id, (a.u)::text AS x FROM (SELECT u.id, u FROM users u) a",
    ] {
        root.post(TRY, json!({ "query": query })).await.expect(400);
    }
    if underpin_testkit::is_on_postgres() {
        let harmless = json!({ "query": "SELECT p.id, to_json(p) AS x FROM posts p" });
        root.post(TRY, harmless).await.expect(200);
    }
    server.stop().await;
}
