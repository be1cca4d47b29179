//! An import that is killed, and goes on.

use std::{path::Path, process::Stdio};

use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;
use tokio::process::Command;
use underpin_testkit::{Caller, binary_path};

use super::{Target, project};
use crate::conformance::reference::{DATA, Reference};

const ROWS: i64 = 3_000;

/// A source with rows enough to be caught in the middle of them.
async fn source() -> TempDir {
    let reference = Reference::start().await;
    project::make(&reference).await;
    let folder = reference.stopped().await;
    let connection = Connection::open(folder.path().join(DATA).join("data.db")).unwrap();
    let rows = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}) \
         INSERT INTO tags (id, label) SELECT printf('filled%09d', i), 'label ' || i FROM n"
    );
    connection.execute(&rows, []).unwrap();
    connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    folder
}

/// Begins an import and kills it in the middle of the rows.
async fn kill_in_the_middle(target: &Target, source: &Path) {
    let args = target.arguments(source, &["--batch-rows", "2"]);
    let mut child = Command::new(binary_path())
        .args(args)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    while come(target).is_none_or(|rows| rows < 20) {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it was killed");
        tokio::task::yield_now().await;
    }
    child.kill().await.unwrap();
}

fn come(target: &Target) -> Option<i64> {
    let Some(database) = &target.database else {
        let file = target.data().join("data.db");
        let connection =
            Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).ok()?;
        let select = "SELECT rows FROM _transfer WHERE name = 'tags'";
        return connection.query_row(select, [], |row| row.get(0)).ok();
    };
    let is_begun = "SELECT coalesce(to_regclass('_transfer')::text, '')";
    if database.run(is_begun).is_empty() {
        return None;
    }
    let come = "SELECT coalesce((SELECT rows FROM _transfer WHERE name = 'tags'), 0)";
    database.run(come).parse().ok()
}

async fn check_refused(target: &Target) {
    let output = Command::new(binary_path())
        .args(["serve", "--http", "127.0.0.1:0", "--dir"])
        .arg(target.data())
        .env("DATABASE_URL", target.url())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("half of a project") && said.contains("import"), "{said}");
}

async fn check_served(target: &Target) {
    let server = target.serve().await;
    let path = "/api/collections/tags/records?perPage=1&sort=-@rowid";
    let page = Caller::guest(&server.base).get(path).await.ok();
    assert_eq!(page["totalItems"], ROWS + 3);
    assert_eq!(page["items"][0]["id"], format!("filled{ROWS:09}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_that_is_killed_serves_nothing_and_goes_on() {
    let (folder, target) = (source().await, Target::new());
    let source = folder.path().join(DATA);
    kill_in_the_middle(&target, &source).await;
    check_refused(&target).await;
    let said = target.imported(&source, &[]).await;
    assert!(said.contains("an interrupted import was finished"), "{said}");
    check_served(&target).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_goes_on_with_the_same_source_alone_or_begins_anew() {
    let (folder, target) = (source().await, Target::new());
    let source = folder.path().join(DATA);
    kill_in_the_middle(&target, &source).await;
    let connection = Connection::open(source.join("data.db")).unwrap();
    connection.execute("UPDATE tags SET label = 'other' WHERE label = 'label 1'", []).unwrap();
    drop(connection);
    let (code, said) = target.import(&source, &[]).await;
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("was written since") && said.contains("--replace"), "{said}");
    let said = target.imported(&source, &["--replace"]).await;
    assert!(!said.contains("interrupted"), "{said}");
    check_served(&target).await;
}
