//! How far a transfer has come, kept in the target, in a table that is there for as long as the
//! target is half of a project.

use std::collections::HashMap;

use sea_query::{Expr, ExprTrait, Query};

use super::{snapshot::refused, tables::TRANSFER};
use crate::{
    Database, StorageError, StorageResult, Transaction,
    connection::WriteConnection,
    postgres,
    statement::{Dialect, Statement},
};

const MAKE: &str = "CREATE TABLE _transfer (
    name TEXT PRIMARY KEY NOT NULL, last BIGINT NOT NULL, rows BIGINT NOT NULL,
    state TEXT NOT NULL)";
const REMOVE: &str = "DROP TABLE _transfer";
/// The row that tells what is being moved; its state is the source's fingerprint.
const SOURCE: &str = "";
const UNDER_WAY: &str = "under way";
const DONE: &str = "done";
/// Less than every number of a row.
const BEFORE_ALL: i64 = i64::MIN;

/// How far the rows of one table have come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// The table.
    pub table: String,
    /// The number of the last row that has come.
    pub last: i64,
    /// How many have come.
    pub rows: u64,
    /// Whether that is all.
    pub is_done: bool,
}

/// How far a transfer has come.
#[derive(Clone, Debug)]
pub struct TransferState {
    /// What is being moved.
    pub fingerprint: String,
    tables: HashMap<String, Progress>,
}

impl TransferState {
    /// Reads it from the target.
    pub async fn of(target: &Database) -> StorageResult<Self> {
        let select =
            Query::select().columns(["name", "last", "rows", "state"]).from(TRANSFER).take();
        let mut state = Self { fingerprint: String::new(), tables: HashMap::new() };
        for row in target.rows(&select).await? {
            let (name, said) = (row.text("name")?.to_owned(), row.text("state")?);
            if name == SOURCE {
                said.clone_into(&mut state.fingerprint);
                continue;
            }
            let progress = Progress {
                table: name.clone(),
                last: row.int("last")?,
                rows: u64::try_from(row.int("rows")?).unwrap_or_default(),
                is_done: said == DONE,
            };
            state.tables.insert(name, progress);
        }
        Ok(state)
    }

    /// How far a table has come.
    pub fn progress_of(&self, table: &str) -> Progress {
        let nothing =
            || Progress { table: table.to_owned(), last: BEFORE_ALL, rows: 0, is_done: false };
        self.tables.get(table).cloned().unwrap_or_else(nothing)
    }
}

impl Transaction {
    /// Begins a transfer of these tables: from now on the database is half of a project.
    pub async fn begin_transfer(
        &mut self,
        fingerprint: &str,
        tables: &[&str],
    ) -> StorageResult<()> {
        self.raw(MAKE).await?;
        let mut insert = Query::insert();
        insert.into_table(TRANSFER).columns(["name", "last", "rows", "state"]);
        insert.values_panic([SOURCE.into(), 0.into(), 0.into(), fingerprint.into()]);
        for table in tables {
            insert.values_panic([(*table).into(), BEFORE_ALL.into(), 0.into(), UNDER_WAY.into()]);
        }
        self.execute(&insert).await.map(drop)
    }

    /// Notes how far a table has come, unless another process was quicker.
    pub(crate) async fn note_progress(
        &mut self,
        before: &Progress,
        after: &Progress,
    ) -> StorageResult<()> {
        let rows = |progress: &Progress| i64::try_from(progress.rows).unwrap_or(i64::MAX);
        let state = if after.is_done { DONE } else { UNDER_WAY };
        let update = Query::update()
            .table(TRANSFER)
            .values([
                ("last", after.last.into()),
                ("rows", rows(after).into()),
                ("state", state.into()),
            ])
            .and_where(Expr::col("name").eq(before.table.as_str()))
            .and_where(Expr::col("last").eq(before.last))
            .and_where(Expr::col("rows").eq(rows(before)))
            .take();
        match self.execute(&update).await? {
            1 => Ok(()),
            _ => Err(refused("another process moves a project to the same place".to_owned())),
        }
    }

    /// Ends a transfer: the database is a project. The change log goes on from a position.
    pub async fn end_transfer(&mut self, position: i64) -> StorageResult<()> {
        self.go_on_from(position).await?;
        self.raw(REMOVE).await
    }
}

/// Refuses a database that is half of a project.
pub(crate) async fn refuse_half_moved(connection: &mut WriteConnection) -> StorageResult<()> {
    let select = match connection.dialect() {
        Dialect::Postgres => postgres::relations(),
        Dialect::Sqlite => Query::select().column("name").from("sqlite_master").take(),
    };
    let statement = Statement::of(connection.dialect(), &select);
    let names = connection.texts(&statement).await?;
    if !names.iter().any(|name| name == TRANSFER) {
        return Ok(());
    }
    Err(StorageError::Transfer(
        "it holds half of a project, whose transfer was interrupted; run the same `underpin \
         migrate-data` or `underpin import` again, which goes on where it was"
            .to_owned(),
    ))
}
