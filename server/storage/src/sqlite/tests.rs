//! The suite on SQLite, and what only SQLite has.

use std::time::Duration;

use futures_util::future::join_all;
use sea_query::Query;
use tempfile::TempDir;

use super::SqliteOptions;
use crate::{
    Database, StorageError, Transaction,
    connection::WriteConnection,
    migrate::{self, Migration},
    statement::{Dialect, Statement},
    suite::{Fixture, PATIENCE, run_suite},
};

struct SqliteFixture {
    directory: TempDir,
}

impl Fixture for SqliteFixture {
    const DIALECT: Dialect = Dialect::Sqlite;

    async fn open(read_limit: Duration) -> (Self, Database) {
        let fixture = Self { directory: TempDir::new().unwrap() };
        let options = SqliteOptions { read_limit, ..fixture.options() };
        (fixture, Database::open_sqlite(options).await.unwrap())
    }

    async fn open_again(&self) -> Database {
        Database::open_sqlite(self.options()).await.unwrap()
    }
}

impl SqliteFixture {
    fn options(&self) -> SqliteOptions {
        SqliteOptions::in_directory(self.directory.path().join("data"))
    }
}

run_suite!(SqliteFixture);

const FIRST: Migration = Migration { file: "0001_a.sql", sql: "CREATE TABLE a (x);" };
const SECOND: Migration =
    Migration { file: "0002_b.sql", sql: "CREATE TABLE b (x);\nINSERT INTO b VALUES (1);" };

fn connection(fixture: &SqliteFixture) -> WriteConnection {
    let options = fixture.options();
    options.prepare_file().unwrap();
    WriteConnection::Sqlite(options.connect_writer().unwrap())
}

fn empty() -> SqliteFixture {
    SqliteFixture { directory: TempDir::new().unwrap() }
}

async fn refusal(connection: &mut WriteConnection, migrations: &[Migration]) -> String {
    migrate::run(connection, migrations).await.unwrap_err().to_string()
}

#[tokio::test]
async fn missing_migrations_are_applied_once() {
    let fixture = empty();
    let mut connection = connection(&fixture);
    migrate::run(&mut connection, &[FIRST]).await.unwrap();
    migrate::run(&mut connection, &[FIRST, SECOND]).await.unwrap();
    migrate::run(&mut connection, &[FIRST, SECOND]).await.unwrap();
}

#[tokio::test]
async fn database_of_a_newer_program_is_refused() {
    let fixture = empty();
    let mut connection = connection(&fixture);
    migrate::run(&mut connection, &[FIRST, SECOND]).await.unwrap();
    let why = refusal(&mut connection, &[FIRST]).await;
    assert!(why.contains("newer version") && why.contains(SECOND.file), "{why}");
}

#[tokio::test]
async fn edited_migration_is_refused() {
    let fixture = empty();
    let mut connection = connection(&fixture);
    migrate::run(&mut connection, &[FIRST]).await.unwrap();
    let edited = Migration { sql: "CREATE TABLE a (y);", ..FIRST };
    let why = refusal(&mut connection, &[edited]).await;
    assert!(why.contains(FIRST.file), "{why}");
}

#[tokio::test]
async fn failed_migration_leaves_nothing() {
    let fixture = empty();
    let mut connection = connection(&fixture);
    let broken = Migration { sql: "CREATE TABLE b (x); CREATE TABLE b (x);", ..SECOND };
    assert!(migrate::run(&mut connection, &[FIRST, broken]).await.is_err());
    migrate::run(&mut connection, &[FIRST, SECOND]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_that_start_at_once_do_not_disturb_each_other() {
    let fixture = empty();
    let opened = join_all((0..4).map(|_| fixture.open_again())).await;
    let epochs: Vec<_> = opened.iter().map(Database::change_epoch).collect();
    assert!(epochs.iter().all(|epoch| *epoch == epochs[0]), "{epochs:?}");
}

#[tokio::test]
async fn every_commit_reaches_the_disk_and_readers_do_not_block_it() {
    let fixture = empty();
    let mut connection = connection(&fixture);
    // FULL is 2.
    for (pragma, expected) in [("journal_mode", "wal"), ("synchronous", "2"), ("foreign_keys", "0")]
    {
        let read = Statement::vouched(format!("PRAGMA {pragma}"));
        assert_eq!(connection.text(&read).await.unwrap().unwrap(), expected, "{pragma}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn files_are_readable_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (fixture, _database) = SqliteFixture::open(PATIENCE).await;
    let directory = fixture.options().directory;
    for file in ["data.db", "data.db-wal"] {
        let mode = std::fs::metadata(directory.join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

/// More than the page limit below allows.
fn large(id: i64) -> sea_query::InsertStatement {
    let mut insert = Query::insert();
    insert.into_table("_role_links").columns(["member", "role"]);
    insert.values_panic([format!("{id}").into(), "x".repeat(100_000).into()]);
    insert
}

fn small(id: i64) -> sea_query::InsertStatement {
    let mut insert = Query::insert();
    insert.into_table("_role_links").columns(["member", "role"]);
    insert.values_panic([format!("{id}").into(), "small".into()]);
    insert
}

/// SQLite undoes the whole transaction when the disk is full. A unit that hides this must not be
/// taken for kept, nor those before it in its group.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn full_disk_fails_the_whole_group_and_the_writer_recovers() {
    let (_fixture, database) = SqliteFixture::open(PATIENCE).await;
    let before = database.write(|tx| {
        Box::pin(async move {
            tx.raw("PRAGMA max_page_count = 1").await?;
            tx.execute(&small(1)).await?;
            // Waits for the others to queue up behind.
            tokio::task::yield_now().await;
            Ok::<_, StorageError>(())
        })
    });
    let hiding = database.write(|tx: &mut Transaction| {
        Box::pin(async move {
            let full = tx.execute(&large(2)).await;
            assert!(matches!(full, Err(StorageError::Full(_))), "{full:?}");
            Ok::<_, StorageError>(())
        })
    });
    let (before, hidden) = tokio::join!(before, hiding);
    assert!(matches!(hidden, Err(StorageError::Full(_))), "{hidden:?}");
    let kept: Vec<_> = before.is_ok().then(|| "1".to_owned()).into_iter().collect();
    let members = Query::select().column("member").from("_role_links").take();
    assert_eq!(database.texts(&members).await.unwrap(), kept);

    database.write(|tx| Box::pin(async move { tx.execute(&large(3)).await })).await.unwrap();
}

/// A unit that waits for something else holds all writers up: its time is limited.
#[tokio::test]
async fn unit_that_never_ends_is_ended() {
    let fixture = empty();
    let limit = Duration::from_millis(200);
    let options = SqliteOptions { write_limit: limit, ..fixture.options() };
    let database = Database::open_sqlite(options).await.unwrap();
    let stuck = database
        .write(|tx| {
            Box::pin(async move {
                tx.execute(&small(1)).await?;
                std::future::pending::<Result<(), StorageError>>().await
            })
        })
        .await;
    assert!(matches!(stuck, Err(StorageError::Timeout)), "{stuck:?}");
    database.write(|tx| Box::pin(async move { tx.execute(&small(2)).await })).await.unwrap();
    let members = Query::select().column("member").from("_role_links").take();
    assert_eq!(database.texts(&members).await.unwrap(), ["2"]);
}

#[tokio::test]
async fn the_planner_learns_how_large_tables_are_and_readers_go_on() {
    let (_fixture, database) = SqliteFixture::open(PATIENCE).await;
    crate::suite::scenes::notes(&database).await;
    let filled = database.write(|tx| {
        Box::pin(async move {
            for at in 0..500 {
                let mut insert = Query::insert();
                insert.into_table("notes").columns(["id", "title", "rank"]);
                insert.values_panic([format!("n{at}").into(), "t".into(), at.into()]);
                tx.execute(&insert).await?;
            }
            Ok::<(), StorageError>(())
        })
    });
    filled.await.unwrap();
    let known = Query::select().column("stat").from("sqlite_stat1").take();
    let all = Query::select().column("id").from("notes").take();
    assert!(database.texts(&known).await.is_err(), "statistics before they were made");
    for _ in 0..2 {
        database.refresh_statistics().await.unwrap();
        let stats = database.texts(&known).await.unwrap();
        assert!(stats.iter().any(|stat| stat.starts_with("500 ")), "{stats:?}");
        assert_eq!(database.texts(&all).await.unwrap().len(), 500);
    }
}

#[tokio::test]
async fn what_another_process_writes_is_no_known_revision() {
    let (fixture, database) = SqliteFixture::open(PATIENCE).await;
    crate::suite::scenes::notes(&database).await;
    let revision = async || database.revision(["notes"].into_iter()).await.unwrap();
    assert!(revision().await.is_some());
    let other = fixture.open_again().await;
    crate::suite::scenes::put_logged(&other, "other".to_owned(), 1).await;
    assert!(
        revision().await.is_none(),
        "the log has a position that this process did not give out"
    );
}
