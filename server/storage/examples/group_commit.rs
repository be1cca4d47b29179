//! Prints how many durable inserts and in-thread reads a second this machine gives.
//!
//! `cargo run --release -p underpin-storage --example group_commit -- [DIRECTORY | postgres://…]`

use std::{
    error::Error,
    time::{Duration, Instant},
};

use sea_query::{Expr, ExprTrait, InsertStatement, Query, SelectStatement};
use underpin_model::{Timestamp, field::ColumnShape};
use underpin_storage::{
    ChangeAction, Database, NewChange, NewColumn, PostgresOptions, SqliteOptions, StorageError,
    TableChange,
};

const CALLERS: u64 = 64;
const LENGTH: Duration = Duration::from_secs(5);

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the figures are what it is for")]
async fn main() -> Result<(), Box<dyn Error>> {
    let directory = std::env::args().nth(1).unwrap_or_else(|| "group-commit-data".to_owned());
    let database = match directory.starts_with("postgres://") {
        true => Database::open_postgres(PostgresOptions::at(&directory)).await?,
        false => Database::open_sqlite(SqliteOptions::in_directory(&directory)).await?,
    };
    let table = TableChange::Create {
        table: "bench".to_owned(),
        columns: vec![NewColumn::id(), NewColumn::field("title", ColumnShape::Text)],
    };
    database.write(move |tx| Box::pin(async move { tx.change_table(&table).await })).await?;

    let plain = inserts(&database, "plain", false).await?;
    println!("inserts, durable:                        {plain:>8.0}/s");
    let logged = inserts(&database, "logged", true).await?;
    println!("inserts with their change, durable:      {logged:>8.0}/s");
    println!("reads by primary key in one thread:      {:>8.0}/s", reads(&database).await?);
    println!("reads by primary key in two threads:     {:>8.0}/s", reads_of_two(&database).await?);
    println!("reads by primary key through the pool:   {:>8.0}/s", pooled(&database).await?);
    database.close().await;
    if !directory.starts_with("postgres://") {
        std::fs::remove_dir_all(directory)?;
    }
    Ok(())
}

async fn inserts(
    database: &Database,
    kind: &'static str,
    is_logged: bool,
) -> Result<f64, Box<dyn Error>> {
    let begun = Instant::now();
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let database = database.clone();
            tokio::spawn(async move {
                let mut done = 0_u32;
                while begun.elapsed() < LENGTH {
                    let id = format!("{kind}{caller}n{done}");
                    write(&database, id, is_logged).await?;
                    done += 1;
                }
                Ok::<_, StorageError>(done)
            })
        })
        .collect();
    let mut done = 0.0;
    for caller in callers {
        done += f64::from(caller.await??);
    }
    Ok(done / begun.elapsed().as_secs_f64())
}

async fn write(database: &Database, id: String, is_logged: bool) -> Result<(), StorageError> {
    database
        .write(move |tx| {
            Box::pin(async move {
                tx.execute(&insert(&id)).await?;
                if is_logged {
                    tx.append_change(&change(id)).await?;
                }
                Ok(())
            })
        })
        .await
}

fn insert(id: &str) -> InsertStatement {
    let mut insert = Query::insert();
    insert.into_table("bench").columns(["id", "title"]);
    insert.values_panic([id.into(), "a title of the usual length".into()]);
    insert
}

fn change(id: String) -> NewChange {
    NewChange {
        collection_id: "pbc_1234567890".to_owned(),
        after: Some(format!(r#"{{"id":"{id}","title":"a title of the usual length"}}"#)),
        record_id: id,
        action: ChangeAction::Create,
        before: None,
        at: Timestamp::from_system(std::time::UNIX_EPOCH),
        origin: String::new(),
    }
}

fn by_id(id: &str) -> SelectStatement {
    Query::select().column("title").from("bench").and_where(Expr::col("id").eq(id)).take()
}

async fn reads(database: &Database) -> Result<f64, StorageError> {
    let begun = Instant::now();
    let mut done = 0_u32;
    while begun.elapsed() < LENGTH {
        for caller in 0..CALLERS {
            database.text_now(&by_id(&format!("plain{caller}n0"))).await?;
            done += 1;
        }
    }
    Ok(f64::from(done) / begun.elapsed().as_secs_f64())
}

async fn reads_of_two(database: &Database) -> Result<f64, Box<dyn Error>> {
    let task = |database: Database| tokio::spawn(async move { reads(&database).await });
    let (one, other) = (task(database.clone()), task(database.clone()));
    Ok(one.await?? + other.await??)
}

async fn pooled(database: &Database) -> Result<f64, Box<dyn Error>> {
    let begun = Instant::now();
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let database = database.clone();
            tokio::spawn(async move {
                let mut done = 0_u32;
                while begun.elapsed() < LENGTH {
                    database.text(&by_id(&format!("plain{caller}n0"))).await?;
                    done += 1;
                }
                Ok::<_, StorageError>(done)
            })
        })
        .collect();
    let mut done = 0.0;
    for caller in callers {
        done += f64::from(caller.await??);
    }
    Ok(done / begun.elapsed().as_secs_f64())
}
