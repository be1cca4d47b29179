//! The log goes on where it was.

use rusqlite::Connection;
use underpin_testkit::Caller;

use super::{Target, project};
use crate::conformance::{
    play::ROOT,
    reference::{DATA, Reference},
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn entries_of_the_log_are_told_as_before() {
    let reference = Reference::start().await;
    project::make(&reference).await;
    let folder = reference.stopped().await;
    let source = folder.path().join(DATA);
    let connection = Connection::open(source.join("auxiliary.db")).unwrap();
    connection
        .execute_batch(
            "INSERT INTO _logs (id, level, message, data) VALUES
             ('imported0000001', 8, 'GET /api/nothing', '{\"status\":404,\"method\":\"GET\"}'),
             ('imported0000002', 0, 'odd', 'no JSON');
             PRAGMA wal_checkpoint(TRUNCATE)",
        )
        .unwrap();
    drop(connection);
    let target = Target::new();
    let said = target.imported(&source, &[]).await;
    assert!(said.contains("entries of the log"), "{said}");
    // Once more: nothing of the log is there twice.
    target.imported(&source, &["--replace"]).await;
    let server = target.serve().await;
    let root = Caller::guest(&server.base).signed_in("_superusers", ROOT.0, ROOT.1).await;
    let entry = root.get("/api/logs/imported0000001").await.ok();
    assert_eq!((&entry["level"], &entry["data"]["status"]), (&8.into(), &404.into()), "{entry}");
    assert_eq!(entry["message"], "GET /api/nothing");
    let odd = root.get("/api/logs/imported0000002").await.ok();
    assert_eq!(odd["data"], serde_json::json!({}), "{odd}");
}
