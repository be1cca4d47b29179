//! A connection that reads one moment of a database.

use futures_util::TryStreamExt;
use sea_query::{Expr, Order, Query, SelectStatement};
use sqlx::{Executor, PgConnection};
use tokio::sync::mpsc;

use super::{
    complaint, decode,
    open::{PostgresOptions, Purpose},
};
use crate::{
    Cell, Row, StorageError, StorageResult,
    statement::{Statement, script},
    transfer::{Batch, BatchSize, MovedRow},
};

const BEGIN: &str =
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1 FROM pg_class LIMIT 1";

/// The transaction of a snapshot.
pub(crate) struct PostgresSnapshot {
    connection: PgConnection,
}

impl PostgresSnapshot {
    /// Connects and begins to read the database as it is now.
    pub(crate) async fn begin(options: &PostgresOptions) -> StorageResult<Self> {
        let mut connection = options.connect(Purpose::Snapshot).await?;
        let begun = connection.fetch_all(script(BEGIN.to_owned())).await;
        begun.map_err(|error| complaint::from_sqlx("beginning to read", error))?;
        Ok(Self { connection })
    }

    /// The rows of a select.
    pub(crate) async fn rows(&mut self, statement: &Statement) -> StorageResult<Vec<Row>> {
        let rows = statement.to_postgres().fetch_all(&mut self.connection).await;
        decode::rows(&rows.map_err(|error| complaint::from_sqlx("reading", error))?)
    }

    /// Hands out the rows of a select, whose first column is their number. It ends early when
    /// nobody takes them any more.
    pub(crate) async fn stream(
        &mut self,
        select: &Statement,
        size: BatchSize,
        sink: mpsc::Sender<Batch>,
    ) -> StorageResult<()> {
        let failed = |error| complaint::from_sqlx("reading", error);
        let mut rows = select.to_postgres().fetch(&mut self.connection);
        let mut batch = Batch::default();
        while let Some(row) = rows.try_next().await.map_err(failed)? {
            let mut cells = decode::cells(&row)?.into_iter();
            let number = match cells.next() {
                Some(Cell::Int(number)) => number,
                _ => return Err(StorageError::other("reading", "a row without a number")),
            };
            batch.push(MovedRow { number, cells: cells.collect() });
            if let Some(full) = batch.take_full(size)
                && sink.send(full).await.is_err()
            {
                return Ok(());
            }
        }
        if !batch.rows.is_empty() {
            // Nobody waits for it: whoever did has failed, and says so himself.
            let _ = sink.send(batch).await;
        }
        Ok(())
    }
}

/// The names of all tables and views that no extension has brought.
pub(crate) fn relations() -> SelectStatement {
    Query::select()
        .expr_as(Expr::cust("relname::text"), "name")
        .from("pg_class")
        .and_where(Expr::cust("relnamespace = current_schema()::regnamespace"))
        .and_where(Expr::cust("relkind IN ('r', 'p', 'v', 'm', 'f')"))
        .and_where(Expr::cust(
            "NOT EXISTS (SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass \
             AND objid = pg_class.oid AND deptype = 'e')",
        ))
        .order_by("relname", Order::Asc)
        .take()
}
