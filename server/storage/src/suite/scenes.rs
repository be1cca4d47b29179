//! What many tests begin with: a table, rows in it, a gate that makes writers wait.

use std::time::Duration;

use sea_query::{Expr, ExprTrait, InsertStatement, Order, Query, SelectStatement};
use tokio::sync::oneshot;
use underpin_model::{Timestamp, field::ColumnShape};

use crate::{
    ChangeAction, Database, IndexDefinition, NewChange, NewColumn, StorageError, TableChange,
    Transaction,
};

/// The table `notes` with a text and a number; `title` and `rank` together are unique.
pub(crate) async fn notes(database: &Database) {
    change(
        database,
        TableChange::Create {
            table: "notes".into(),
            columns: vec![
                NewColumn::id(),
                NewColumn::field("title", ColumnShape::Text),
                NewColumn::field("rank", ColumnShape::Number),
            ],
        },
    )
    .await;
    let unique = "CREATE UNIQUE INDEX idx_notes ON notes (title, rank)";
    change(database, TableChange::CreateIndex(IndexDefinition::parse(unique).unwrap())).await;
}

/// One table change in a unit of its own.
pub(super) async fn change(database: &Database, change: TableChange) {
    try_change(database, change).await.unwrap();
}

pub(super) async fn try_change(
    database: &Database,
    change: TableChange,
) -> Result<(), StorageError> {
    database.write(move |tx| Box::pin(async move { tx.change_table(&change).await })).await
}

pub(crate) fn insert(id: &str, title: &str, rank: i64) -> InsertStatement {
    let mut insert = Query::insert();
    insert.into_table("notes").columns(["id", "title", "rank"]);
    insert.values_panic([id.into(), title.into(), rank.into()]);
    insert
}

/// One row in a unit of its own.
pub(super) async fn put(database: &Database, id: &str, title: &str, rank: i64) {
    let insert = insert(id, title, rank);
    run(database, insert).await.unwrap();
}

pub(super) async fn run(database: &Database, insert: InsertStatement) -> Result<u64, StorageError> {
    database.write(move |tx| Box::pin(async move { tx.execute(&insert).await })).await
}

/// A column of all notes in the order of their ids.
pub(super) fn column(name: &'static str) -> SelectStatement {
    Query::select().column(name).from("notes").order_by("id", Order::Asc).take()
}

pub(super) fn title_of(id: &str) -> SelectStatement {
    Query::select().column("title").from("notes").and_where(Expr::col("id").eq(id)).take()
}

pub(crate) async fn ids(database: &Database) -> Vec<String> {
    database.texts(&column("id")).await.unwrap()
}

/// A select that runs for hours: `notes` joined with itself many times over.
pub(super) async fn endless(database: &Database) -> SelectStatement {
    database
        .write(|tx: &mut Transaction| {
            Box::pin(async move {
                for number in 0..500 {
                    tx.execute(&insert(&format!("e{number:03}"), "endless", number)).await?;
                }
                Ok::<_, StorageError>(())
            })
        })
        .await
        .unwrap();
    let mut select = Query::select();
    select.expr(Expr::cust("count(*)"));
    for alias in ["a", "b", "c", "d", "e", "f"] {
        select.from_as("notes", alias);
    }
    select
}

/// Keeps the writer busy until it is opened, so that what comes meanwhile forms one group.
pub(super) struct Gate {
    open: oneshot::Sender<()>,
    unit: tokio::task::JoinHandle<Result<(), StorageError>>,
}

impl Gate {
    pub(super) async fn shut(database: &Database) -> Self {
        let (open, opened) = oneshot::channel::<()>();
        let (begin, begun) = oneshot::channel::<()>();
        let database = database.clone();
        let unit = tokio::spawn(async move {
            database
                .write(move |_| {
                    Box::pin(async move {
                        let _ = begin.send(());
                        let _ = opened.await;
                        Ok(())
                    })
                })
                .await
        });
        begun.await.unwrap();
        Self { open, unit }
    }

    pub(super) async fn open(self) {
        let _ = self.open.send(());
        self.unit.await.unwrap().unwrap();
    }
}

/// Waits for what must come soon; a test that hangs is a test that fails.
pub(super) async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(20), what).await.expect("it took too long")
}

pub(super) fn moment(millis: i64) -> Timestamp {
    Timestamp::from_millis(millis).unwrap()
}

/// The change that a made note leaves.
pub(crate) fn made(id: &str, at: i64) -> NewChange {
    NewChange {
        collection_id: "pbc_notes".into(),
        record_id: id.into(),
        action: ChangeAction::Create,
        before: None,
        after: Some(format!(r#"{{"id":"{id}"}}"#)),
        at: moment(at),
        origin: "test".into(),
    }
}

/// A unit that makes a note and its change.
pub(crate) async fn put_logged(database: &Database, id: String, at: i64) -> i64 {
    database
        .write(move |tx| {
            Box::pin(async move {
                tx.execute(&insert(&id, &id, 0)).await?;
                tx.append_change(&made(&id, at)).await
            })
        })
        .await
        .unwrap()
}
