//! Moves that are refused, and change nothing.

use rusqlite::Connection;
use underpin_testkit::Binary;
use underpin_testpg::TestDatabase;

use super::{migrate, project, sqlite};

/// The tables of a project.
const TABLES: &str =
    "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE '\\_%'";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_target_that_is_not_empty_is_refused_with_a_code_of_its_own() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    project::make(one.path()).await;
    Binary::run(&["migrate", "--dir", other.path().to_str().unwrap()]).await;
    let database = TestDatabase::create();
    database.run("CREATE TABLE somebody_elses (a text)");
    for (to, word) in [(sqlite(other.path()), "a project"), (database.url(), "somebody_elses")] {
        let (code, said) = migrate(&sqlite(one.path()), &to, &[]).await;
        assert_eq!(code, 6, "{said}");
        assert!(said.contains(word) && said.contains("empty"), "{said}");
    }
    assert_eq!(database.run(TABLES), "0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_source_that_is_missing_or_of_another_version_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("from"), folder.path().join("to"));
    let (code, said) = migrate(&sqlite(&from), &sqlite(&to), &[]).await;
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("there is no database in"), "{said}");
    assert!(!from.exists() && !to.exists());

    Binary::run(&["migrate", "--dir", from.to_str().unwrap()]).await;
    let connection = Connection::open(from.join("data.db")).unwrap();
    let newer = "INSERT INTO _migrations VALUES ('9999_of_the_future.sql', 'x', 'x')";
    connection.execute(newer, []).unwrap();
    let (code, said) = migrate(&sqlite(&from), &sqlite(&to), &[]).await;
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("newer version"), "{said}");
    connection.execute("DELETE FROM _migrations", []).unwrap();
    let (code, said) = migrate(&sqlite(&from), &sqlite(&to), &[]).await;
    assert_eq!(code, 4, "{said}");
    assert!(said.contains("older version"), "{said}");
    assert!(!to.exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn places_that_are_none_and_databases_that_are_away_have_their_codes() {
    let folder = tempfile::tempdir().unwrap();
    project::make(folder.path()).await;
    let from = sqlite(folder.path());
    let (code, said) = migrate(&from, "postgres://postgres@127.0.0.1:1/none", &[]).await;
    assert_eq!(code, 5, "{said}");
    let (code, said) = migrate(&from, "elsewhere", &[]).await;
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("--to"), "{said}");
    let (code, said) = migrate(&from, &from, &[]).await;
    assert_eq!(code, 2, "{said}");
    assert!(said.contains("same place"), "{said}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_postgres_cannot_keep_is_told_at_once_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    project::make(folder.path()).await;
    let server = Binary::serve(folder.path()).await;
    let long = "l".repeat(64);
    let root = project::root(&server).await;
    let definition = serde_json::json!({
        "name": "odd", "type": "base", "fields": [
            { "name": "title", "type": "text" }, { "name": long, "type": "text" },
            { "name": "number", "type": "number" },
        ],
    });
    root.post("/api/collections", definition).await.ok();
    root.create("odd", serde_json::json!({ "title": "with \u{0} inside" })).await;
    assert_eq!(server.terminate().await, Some(0));
    let connection = Connection::open(folder.path().join("data.db")).unwrap();
    let values = "INSERT INTO odd (id, title, number) VALUES \
        ('first', x'ff', 9007199254740993), ('second', CAST(x'ff' AS TEXT), 0)";
    connection.execute(values, []).unwrap();
    drop(connection);
    let database = TestDatabase::create();
    let (code, said) = migrate(&sqlite(folder.path()), &database.url(), &[]).await;
    assert_eq!(code, 4, "{said}");
    for word in [
        "U+0000",
        "longer than 63 bytes",
        "no UTF-8 (in 2 records, the first is first)",
        "more digits",
    ] {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert_eq!(database.run(TABLES), "0");
}
