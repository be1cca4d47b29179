//! The source: left as it is, whoever uses it.

use rusqlite::Connection;
use serde_json::json;

use super::{Target, contents, project};
use crate::conformance::reference::{DATA, Reference};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_in_the_source_is_changed() {
    let reference = Reference::start().await;
    project::make(&reference).await;
    let folder = reference.stopped().await;
    let source = folder.path().join(DATA);
    let before = contents(folder.path());
    let target = Target::new();
    let said = target.imported(&source, &["--dry-run"]).await;
    assert!(said.contains("nothing was written"), "{said}");
    assert!(!target.data().exists(), "a dry run makes nothing");
    assert_eq!(contents(folder.path()), before);
    target.imported(&source, &[]).await;
    assert_eq!(contents(folder.path()), before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_log_that_a_power_cut_left_is_read_and_left() {
    let reference = Reference::start().await;
    let project = project::make(&reference).await;
    project.root.create("tags", json!({ "label": "the last one" })).await;
    let folder = reference.killed().await;
    let source = folder.path().join(DATA);
    let log = std::fs::metadata(source.join("data.db-wal")).unwrap();
    assert!(log.len() > 0);
    let before = contents(folder.path());
    let target = Target::new();
    let said = target.imported(&source, &[]).await;
    assert_eq!(contents(folder.path()), before);
    assert!(said.contains("all there"), "{said}");
    let server = target.serve().await;
    let guest = underpin_testkit::Caller::guest(&server.base);
    let page = guest.get("/api/collections/tags/records?sort=-@rowid").await.ok();
    assert_eq!(page["items"][0]["label"], "the last one");
    let left = std::fs::read_dir(target.data()).unwrap().map(|entry| entry.unwrap().file_name());
    let is_copy = |name: &std::ffi::OsString| name.to_string_lossy().starts_with(".import");
    assert!(!left.into_iter().any(|name| is_copy(&name)), "the copy is gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_running_server_is_noticed_and_copied_from_only_when_told() {
    let reference = Reference::start().await;
    let project = project::make(&reference).await;
    let target = Target::new();
    let (code, said) = target.import(&reference.data(), &[]).await;
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("in use by a running program") && said.contains("--running"), "{said}");
    let said = target.imported(&reference.data(), &["--running"]).await;
    assert!(said.contains("the server may have been running"), "{said}");
    project.root.create("tags", json!({ "label": "it goes on" })).await;
    reference.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_project_of_a_known_version_is_refused() {
    let (folder, target) = (tempfile::tempdir().unwrap(), Target::new());
    let (code, said) = target.import(folder.path(), &[]).await;
    assert!(code == 4 && said.contains("no data.db"), "{code} {said}");
    let file = folder.path().join("data.db");
    std::fs::write(&file, b"this is no database, and long enough to be sure of that").unwrap();
    let (code, said) = target.import(folder.path(), &[]).await;
    assert!(code != 0, "{said}");
    std::fs::remove_file(&file).unwrap();
    let connection = Connection::open(&file).unwrap();
    connection.execute_batch("CREATE TABLE x (a)").unwrap();
    let (code, said) = target.import(folder.path(), &[]).await;
    assert!(code == 4 && said.contains("no project's"), "{code} {said}");
    connection.execute_batch("CREATE TABLE _collections (id, name, schema)").unwrap();
    let (code, said) = target.import(folder.path(), &[]).await;
    assert!(code == 4 && said.contains("before 0.23"), "{code} {said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn encrypted_settings_need_their_key() {
    let key = "abcdefghijklmnopqrstuvwxyz012345";
    let folder = Reference::made_with_key(key).await;
    let source = folder.path().join(DATA);
    let target = Target::new();
    let (code, said) = target.import(&source, &[]).await;
    assert!(code == 4 && said.contains("--encryption-env"), "{code} {said}");
    let (code, said) = target.import(&source, &["--encryption-env", "PATH"]).await;
    assert!(code == 4 && said.contains("another key"), "{code} {said}");
    let args = target.arguments(&source, &["--encryption-env", "IMPORT_TEST_KEY"]);
    let output = tokio::process::Command::new(underpin_testkit::binary_path())
        .args(args)
        .env("IMPORT_TEST_KEY", key)
        .output()
        .await
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
