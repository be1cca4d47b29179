//! Views and indexes that the target's database can't have.

use serde_json::json;
use underpin_testkit::Binary;
use underpin_testpg::TestDatabase;

use super::{migrate, moved, project, sqlite};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn they_are_told_before_anything_is_written_and_left_out_when_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    project::make(folder.path()).await;
    let server = Binary::serve(folder.path()).await;
    let root = project::root(&server).await;
    let view = "SELECT id, group_concat(title) AS titles FROM posts GROUP BY id";
    let odd = json!({ "name": "odd_view", "type": "view", "viewQuery": view });
    root.post("/api/collections", odd).await.ok();
    let over = json!({
        "name": "over_odd", "type": "view", "viewQuery": "SELECT id, titles FROM odd_view",
    });
    root.post("/api/collections", over).await.ok();
    let glob = "CREATE INDEX `idx_odd` ON `tags` (`label`) WHERE label GLOB 'a*'";
    let tags = root.get("/api/collections/tags").await.ok();
    let kept = tags["indexes"][0].clone();
    let patch = json!({ "indexes": [kept, glob] });
    root.patch("/api/collections/tags", patch).await.ok();
    assert_eq!(server.terminate().await, Some(0));

    let (from, database) = (sqlite(folder.path()), TestDatabase::create());
    let (code, said) = migrate(&from, &database.url(), &[]).await;
    assert_eq!(code, 4, "{said}");
    for word in ["odd_view", "over_odd", "GLOB", "--leave-out"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert_eq!(database.run("SELECT count(*) FROM pg_tables WHERE tablename = 'posts'"), "0");

    let said = moved(&from, &database.url(), &["--leave-out"]).await;
    assert_eq!(said.matches("LEFT OUT").count(), 3, "{said}");
    let server = Binary::serve_on(folder.path(), &database.url()).await;
    let root = project::root(&server).await;
    let tags = root.get("/api/collections/tags").await.ok();
    assert_eq!(tags["indexes"], json!([kept]));
    root.get("/api/collections/odd_view").await.expect(404);
    root.get("/api/collections/shown/records").await.expect(200);
    // What is left can be changed as before.
    let patch = json!({ "listRule": null });
    root.patch("/api/collections/shown", patch).await.expect(200);
    assert_eq!(server.terminate().await, Some(0));
}
