//! A source whose server runs on.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use serde_json::json;
use underpin_testkit::Binary;

use super::{moved, project, sqlite};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_is_written_meanwhile_is_moved_as_it_was_and_that_is_said() {
    let folder = tempfile::tempdir().unwrap();
    project::make(folder.path()).await;
    let server = Binary::serve(folder.path()).await;
    let root = project::root(&server).await;
    let ended = Arc::new(AtomicBool::new(false));
    let is_ended = Arc::clone(&ended);
    let writer = tokio::spawn(async move {
        let mut number = 0;
        while !is_ended.load(Ordering::Relaxed) {
            root.create("tags", json!({ "label": format!("meanwhile {number}") })).await;
            number += 1;
        }
    });
    let target = folder.path().join("target");
    let more = ["--batch-rows", "1"];
    let said = moved(&sqlite(folder.path()), &sqlite(&target), &more).await;
    ended.store(true, Ordering::Relaxed);
    writer.await.unwrap();
    assert!(said.contains("the source was written meanwhile"), "{said}");
    assert!(!said.contains("DIFFERENT"), "{said}");
    assert_eq!(server.terminate().await, Some(0));
    let server = Binary::serve(&target).await;
    project::root(&server).await.create("tags", json!({ "label": "first on the target" })).await;
    assert_eq!(server.terminate().await, Some(0));
}
