//! A process is killed while it writes: nothing that was answered may be missing.

use std::{
    env,
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use sea_query::{Order, Query};
use tempfile::TempDir;

use super::SqliteOptions;
use crate::{
    Database,
    statement::Statement,
    suite::scenes::{ids, notes, put_logged},
};

/// Tells the child where to write.
const DIRECTORY: &str = "UNDERPIN_TEST_CRASH_DIRECTORY";
/// What the child says of each answered write, before the id.
const ANSWERED: &str = "answered ";
/// Answers to wait for before the kill.
const ENOUGH: usize = 400;
const CALLERS: usize = 16;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_process_loses_nothing_that_was_answered() {
    let directory = TempDir::new().unwrap();
    let mut child = Command::new(env::current_exe().unwrap())
        .args(["--exact", "sqlite::crash::write_until_killed", "--ignored", "--nocapture"])
        .env(DIRECTORY, directory.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut answered = Vec::new();
    while answered.len() < ENOUGH {
        let line = lines.next().expect("the child ended by itself").unwrap();
        answered.extend(line.strip_prefix(ANSWERED).map(str::to_owned));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // The pipe still holds what was said before the kill; its last line may be cut.
    let rest: Vec<String> = lines.map_while(Result::ok).collect();
    let whole = rest.iter().take(rest.len().saturating_sub(1));
    answered.extend(whole.filter_map(|line| line.strip_prefix(ANSWERED)).map(str::to_owned));

    let options = SqliteOptions::in_directory(directory.path());
    let mut connection = options.connect_writer().unwrap();
    let check = Statement::vouched("PRAGMA integrity_check".to_owned());
    assert_eq!(connection.texts(&check).unwrap(), ["ok"]);
    let database = Database::open_sqlite(options).await.unwrap();
    let found = ids(&database).await;
    let lost: Vec<_> = answered.iter().filter(|id| !found.contains(id)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let logged =
        Query::select().column("record").from("_changes").order_by("record", Order::Asc).take();
    assert_eq!(database.texts(&logged).await.unwrap(), found);
}

/// The child. Without its directory there is nothing to do.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "run by the test above, which kills it"]
async fn write_until_killed() {
    let Some(directory) = env::var_os(DIRECTORY) else { return };
    let database = Database::open_sqlite(SqliteOptions::in_directory(directory)).await.unwrap();
    notes(&database).await;
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let database = database.clone();
            tokio::spawn(async move {
                for number in 0.. {
                    let id = format!("c{caller}n{number}");
                    put_logged(&database, id.clone(), 0).await;
                    println!("{ANSWERED}{id}");
                }
            })
        })
        .collect();
    for caller in callers {
        caller.await.unwrap();
    }
}
