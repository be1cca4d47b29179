//! A move that is killed, and goes on.

use std::{path::Path, process::Stdio};

use rusqlite::Connection;
use tokio::process::Command;
use underpin_testkit::{Binary, binary_path};
use underpin_testpg::TestDatabase;

use super::{checksum, moved, project, sqlite};

const ROWS: i64 = 3_000;

/// More rows, behind the server's back.
fn fill(folder: &Path) {
    let connection = Connection::open(folder.join("data.db")).unwrap();
    let rows = format!(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {ROWS}) \
         INSERT INTO tags (id, label) SELECT printf('filled%09d', i), 'label ' || i FROM n"
    );
    connection.execute(&rows, []).unwrap();
}

/// Begins a move and kills it when `reached` says so.
async fn kill_when(from: &str, to: &str, mut reached: impl FnMut() -> bool) {
    let mut child = Command::new(binary_path())
        .args(["migrate-data", "--from", from, "--to", to, "--batch-rows", "2"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    while !reached() {
        assert_eq!(child.try_wait().unwrap(), None, "it ended before it was killed");
        tokio::task::yield_now().await;
    }
    child.kill().await.unwrap();
}

/// The move is somewhere in the middle of the rows that were filled in.
fn is_in_the_middle(rows: Option<i64>) -> bool {
    rows.is_some_and(|rows| rows > 20)
}

async fn check_refused(folder: &Path, url: &str) {
    let output = Command::new(binary_path())
        .args(["serve", "--http", "127.0.0.1:0", "--dir"])
        .arg(folder)
        .env("DATABASE_URL", url)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("half of a project") && said.contains("migrate-data"), "{said}");
}

async fn check_served(folder: &Path, url: &str) {
    let server = Binary::serve_on(folder, url).await;
    let page = project::root(&server).await.get("/api/collections/tags/records").await.ok();
    assert_eq!(page["totalItems"], ROWS + 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_to_postgres_that_is_killed_serves_nothing_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    project::make(folder.path()).await;
    fill(folder.path());
    let (from, database) = (sqlite(folder.path()), TestDatabase::create());
    let come = "SELECT coalesce((SELECT rows FROM _transfer WHERE name = 'tags'), 0)";
    let is_begun = "SELECT coalesce(to_regclass('_transfer')::text, '')";
    kill_when(&from, &database.url(), || {
        !database.run(is_begun).is_empty() && is_in_the_middle(database.run(come).parse().ok())
    })
    .await;
    check_refused(folder.path(), &database.url()).await;
    let (code, said) =
        super::migrate(&database.url(), &sqlite(&folder.path().join("x")), &[]).await;
    assert_eq!(code, 4, "half of a project is no source: {said}");
    let finished = moved(&from, &database.url(), &[]).await;
    assert!(finished.contains("an interrupted move was finished"), "{finished}");
    let compared = moved(&from, &database.url(), &["--verify-only"]).await;
    assert_eq!(checksum(&finished), checksum(&compared));
    check_served(folder.path(), &database.url()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_to_sqlite_that_is_killed_serves_nothing_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    project::make(folder.path()).await;
    fill(folder.path());
    let (from, target) = (sqlite(folder.path()), folder.path().join("target"));
    kill_when(&from, &sqlite(&target), || is_in_the_middle(rows_in(&target))).await;
    check_refused(&target, "").await;
    let finished = moved(&from, &sqlite(&target), &[]).await;
    assert!(finished.contains("an interrupted move was finished"), "{finished}");
    let compared = moved(&from, &sqlite(&target), &["--verify-only"]).await;
    assert_eq!(checksum(&finished), checksum(&compared));
    check_served(&target, "").await;
}

fn rows_in(folder: &Path) -> Option<i64> {
    let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = Connection::open_with_flags(folder.join("data.db"), flags).ok()?;
    let select = "SELECT rows FROM _transfer WHERE name = 'tags'";
    connection.query_row(select, [], |row| row.get(0)).ok()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_does_not_go_on_with_a_source_that_was_written() {
    let folder = tempfile::tempdir().unwrap();
    project::make(folder.path()).await;
    fill(folder.path());
    let (from, target) = (sqlite(folder.path()), folder.path().join("target"));
    kill_when(&from, &sqlite(&target), || is_in_the_middle(rows_in(&target))).await;
    let connection = Connection::open(folder.path().join("data.db")).unwrap();
    connection.execute("UPDATE tags SET label = 'other' WHERE label = 'label 1'", []).unwrap();
    drop(connection);
    let (code, said) = super::migrate(&from, &sqlite(&target), &[]).await;
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("was written since"), "{said}");
}
