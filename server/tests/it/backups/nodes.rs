//! Backups of a project with several nodes.

use serde_json::json;
use underpin_domain::backups::Turn;
use underpin_testkit::{S3Server, TestServer};
use underpin_testpg::TestDatabase;

use super::{PATH, Unpacked, doc, docs, make, until};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_node_makes_one_and_the_others_keep_its_files_meanwhile() {
    let database = TestDatabase::create();
    let url = database.url();
    let (one, bucket) = tokio::join!(TestServer::start_on(&url), S3Server::start());
    let other = TestServer::start_on(&url).await;
    docs(&one).await;
    let s3 = json!({ "s3": bucket.settings(), "backups": { "s3": bucket.settings() } });
    one.superuser().patch("/api/settings", s3).await.expect(200);
    let record = doc(&one, "far", "a.txt", b"hello".to_vec()).await;
    let turn = Turn::take(&one.backend).await.unwrap();
    make(&other, "two.zip").await.expect(400);
    let id = record["id"].as_str().unwrap();
    let path = format!("/api/collections/docs/records/{id}");
    other.guest().delete(&path).await.expect(204);
    let others_hold = other.backend.files.hold_deletions();
    assert_eq!(bucket.keys().len(), 1, "the file stays as long as a backup is being made");
    drop(others_hold);
    turn.end().await;
    until("the file goes", async || bucket.keys().is_empty()).await;
    make(&other, "two.zip").await.expect(204);
    // A backup that one node has made is everybody's.
    let all = one.superuser().get(PATH).await.ok();
    assert_eq!(all[0]["key"], "two.zip");
    let backup = Unpacked::made(&one, "three.zip").await;
    assert_eq!(backup.manifest.database, "postgres");
    bucket.stop().await;
}

/// What SQLite can't say stays in the definitions of collections, and the manifest tells of it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_sqlite_can_not_have_is_told_and_stays_in_the_definitions() {
    let database = TestDatabase::create();
    let server = TestServer::start_on(&database.url()).await;
    docs(&server).await;
    let query = "SELECT id, title::text || '!' AS shout FROM docs";
    let view = json!({ "name": "loud", "type": "view", "viewQuery": query });
    server.superuser().post("/api/collections", view).await.expect(200);
    let indexes = json!({ "indexes": ["CREATE INDEX idx_docs_title ON docs (title)"] });
    server.superuser().patch("/api/collections/docs", indexes).await.expect(200);
    let backup = Unpacked::made(&server, "one.zip").await;
    let left = &backup.manifest.left_out;
    assert_eq!(left.len(), 1, "{left:?}");
    assert_eq!((left[0].collection.as_str(), left[0].is_index), ("loud", false));
    assert_eq!(backup.texts("SELECT name FROM _collections WHERE name = 'loud'"), ["loud"]);
    let made = backup.texts("SELECT name FROM sqlite_master WHERE type IN ('view', 'index')");
    assert!(made.contains(&"idx_docs_title".to_owned()), "{made:?}");
    assert!(!made.contains(&"loud".to_owned()), "{made:?}");
}
