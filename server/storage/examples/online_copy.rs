//! Prints how long writers wait for their answers while the database is copied for a backup.
//!
//! `cargo run --release -p underpin-storage --example online_copy -- DIRECTORY [GIGABYTES] [WRITES A SECOND]`

use std::{
    error::Error,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use sea_query::Query;
use underpin_model::{Timestamp, field::ColumnShape, id::record_id};
use underpin_storage::{
    ChangeAction, Database, NewChange, NewColumn, SqliteOptions, StorageError, TableChange,
    Transaction,
};

/// Rows of one write while the database is filled.
const FILL: u64 = 2_000;
/// Bytes of a text in a row; the change log has them once more.
const TEXT: usize = 2_000;
/// Writers.
const CALLERS: u64 = 20;
/// How long is measured without a copy.
const QUIET: Duration = Duration::from_secs(10);

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figures are what it is for")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let directory = arguments.next().unwrap_or_else(|| "online-copy-data".to_owned());
    let gigabytes: u64 = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let rate: u64 = arguments.next().map_or(Ok(1_000), |text| text.parse())?;
    let directory = Path::new(&directory);
    let database = Database::open_sqlite(SqliteOptions::in_directory(directory)).await?;
    let table = TableChange::Create {
        table: "bench".to_owned(),
        columns: vec![NewColumn::id(), NewColumn::field("title", ColumnShape::Text)],
    };
    database.write(move |tx| Box::pin(async move { tx.change_table(&table).await })).await?;
    let size = || std::fs::metadata(directory.join("data.db")).map_or(0, |found| found.len());
    let mut filled = 0;
    while size() < gigabytes << 30 {
        let unit = database.write(move |tx| {
            Box::pin(async move {
                for _ in 0..FILL {
                    insert(tx).await?;
                }
                Ok::<_, StorageError>(())
            })
        });
        unit.await?;
        filled += FILL;
    }
    println!("{} bytes in {filled} rows", size());

    let log = || std::fs::metadata(directory.join("data.db-wal")).map_or(0, |found| found.len());
    println!("quiet:     {}", measured(&database, rate, tokio::time::sleep(QUIET)).await?);
    let begun = Instant::now();
    let copy = directory.join("copy.db");
    let copying = async {
        let done = database.copy_into(&copy, Arc::new(|_, _| ())).await;
        println!("copied in {:.1} s; the log has {} bytes", begun.elapsed().as_secs_f64(), log());
        done
    };
    println!("meanwhile: {}", measured(&database, rate, copying).await?);
    println!("after it:  {}", measured(&database, rate, tokio::time::sleep(QUIET)).await?);
    println!("the log has {} bytes", log());
    database.close().await;
    std::fs::remove_dir_all(directory)?;
    Ok(())
}

/// How long answers took while something else was done.
async fn measured<T>(
    database: &Database,
    rate: u64,
    other: impl Future<Output = T>,
) -> Result<String, Box<dyn Error>> {
    let stop = Arc::new(AtomicBool::new(false));
    let writing = tokio::spawn(write(database.clone(), rate, Arc::clone(&stop)));
    other.await;
    stop.store(true, Ordering::SeqCst);
    Ok(writing.await??)
}

/// Writes so many records a second until it is told to stop; how long answers took.
async fn write(
    database: Database,
    rate: u64,
    stop: Arc<AtomicBool>,
) -> Result<String, StorageError> {
    let waits = Arc::new(Mutex::new(Vec::new()));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| {
            let (database, waits, stop) = (database.clone(), Arc::clone(&waits), Arc::clone(&stop));
            tokio::spawn(async move {
                let mut ticks =
                    tokio::time::interval(Duration::from_micros(1_000_000 * CALLERS / rate));
                loop {
                    let due = ticks.tick().await;
                    if stop.load(Ordering::SeqCst) {
                        break;
                    }
                    let unit = database.write(|tx| Box::pin(insert(tx)));
                    unit.await?;
                    // From when it was due: who is kept waiting writes less often.
                    let waited = due.elapsed();
                    if let Ok(mut waits) = waits.lock() {
                        waits.push(waited);
                    }
                }
                Ok::<_, StorageError>(())
            })
        })
        .collect();
    for caller in callers {
        caller.await.map_err(|_| StorageError::Panicked)??;
    }
    let mut waits =
        waits.lock().map_or_else(|_| Vec::new(), |mut waits| std::mem::take(&mut *waits));
    waits.sort();
    let part = |tenth_percent: usize| {
        let at = waits.len() * tenth_percent / 1_000;
        waits.get(at).or(waits.last()).copied().unwrap_or_default()
    };
    Ok(format!(
        "{} writes, p50 {:.1?}, p99 {:.1?}, p99.9 {:.1?}, longest {:.1?}",
        waits.len(),
        part(500),
        part(990),
        part(999),
        part(1_000)
    ))
}

/// A row with its change.
async fn insert(tx: &mut Transaction) -> Result<(), StorageError> {
    let id = record_id();
    let text = id.repeat(TEXT / id.len());
    let mut insert = Query::insert();
    insert.into_table("bench").columns(["id", "title"]);
    insert.values_panic([id.as_str().into(), text.as_str().into()]);
    tx.execute(&insert).await?;
    let change = NewChange {
        collection_id: "pbc_1234567890".to_owned(),
        record_id: id,
        action: ChangeAction::Create,
        before: None,
        after: Some(text),
        at: Timestamp::from_system(std::time::UNIX_EPOCH),
        origin: String::new(),
    };
    tx.append_change(&change).await.map(drop)
}
