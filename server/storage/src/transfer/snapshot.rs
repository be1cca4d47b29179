//! A database as it is at one moment, whatever is written to it meanwhile.

use sea_query::{Alias, Expr, Order, Query};

use super::{
    batch::{Batch, BatchSize, piped},
    place::Place,
    table::MovedTable,
    tables::TRANSFER,
};
use crate::{
    PostgresOptions, Row, StatementTree, StorageError, StorageResult, Versioned, change_log,
    migrate,
    postgres::{self, PostgresSnapshot},
    sqlite::SqliteSnapshot,
    statement::{Dialect, Statement},
    versions,
};

/// Whether a database may be half of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HalfMoved {
    /// It may.
    Accepted,
    /// It may not.
    Refused,
}

/// How far a source was written when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceMark {
    /// The newest position of the change log.
    pub position: i64,
    /// The version of the schema.
    pub schema: i64,
    /// The version of the settings.
    pub settings: i64,
}

/// A database at one moment, read by one transaction.
pub struct Snapshot {
    connection: Connection,
}

enum Connection {
    Sqlite(SqliteSnapshot),
    Postgres(Box<PostgresSnapshot>),
}

impl Snapshot {
    /// A snapshot of a project that this version of the program knows.
    pub(super) async fn open(place: &Place, half_moved: HalfMoved) -> StorageResult<Self> {
        let mut snapshot = Self::begin(place).await?;
        let names = snapshot.relations().await?;
        if !names.iter().any(|name| name == "_migrations") {
            return Err(refused(format!("there is no project in {place}")));
        }
        if half_moved == HalfMoved::Refused && names.iter().any(|name| name == TRANSFER) {
            return Err(refused(format!(
                "{place} holds half of a project: moving it there was interrupted"
            )));
        }
        let done = snapshot.rows(&migrate::all()).await?;
        migrate::check_current(&done, snapshot.dialect())
            .map_err(|error| refused(format!("{place} can't be moved: {error}")))?;
        Ok(snapshot)
    }

    /// A snapshot of whatever is there.
    pub(super) async fn begin(place: &Place) -> StorageResult<Self> {
        let connection = match place {
            Place::Sqlite(directory) => {
                Connection::Sqlite(SqliteSnapshot::begin(directory.clone()).await?)
            }
            Place::Postgres(url) | Place::Beside(url) => {
                let is_beside = matches!(place, Place::Beside(_));
                let options = PostgresOptions { is_beside, ..PostgresOptions::at(url) };
                let begun = Box::pin(PostgresSnapshot::begin(&options)).await?;
                Connection::Postgres(Box::new(begun))
            }
        };
        Ok(Self { connection })
    }

    pub(super) fn dialect(&self) -> Dialect {
        match self.connection {
            Connection::Sqlite(_) => Dialect::Sqlite,
            Connection::Postgres(_) => Dialect::Postgres,
        }
    }

    /// The rows of a select.
    pub async fn rows(&mut self, tree: &impl StatementTree) -> StorageResult<Vec<Row>> {
        let statement = Statement::of(self.dialect(), tree);
        match &mut self.connection {
            Connection::Sqlite(sqlite) => sqlite.rows(statement).await,
            Connection::Postgres(postgres) => Box::pin(postgres.rows(&statement)).await,
        }
    }

    /// How many rows a table has.
    pub async fn count(&mut self, table: &str) -> StorageResult<u64> {
        let select = Query::select()
            .expr_as(Expr::cust("count(*)"), Alias::new("rows"))
            .from(Alias::new(table))
            .take();
        let rows = self.rows(&select).await?;
        let count = rows.first().map_or(Ok(0), |row| row.int("rows"))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }

    /// How far the database was written.
    pub async fn mark(&mut self) -> StorageResult<SourceMark> {
        let newest = change_log::newest(self.dialect());
        let position = self.rows(&newest).await?;
        let position = position.first().and_then(|row| row.cells().first()?.as_int());
        let schema = self.version(Versioned::Schema).await?;
        let settings = self.version(Versioned::Settings).await?;
        Ok(SourceMark { position: position.unwrap_or_default(), schema, settings })
    }

    async fn version(&mut self, what: Versioned) -> StorageResult<i64> {
        let rows = self.rows(&versions::select(what)).await?;
        let cell = rows.first().and_then(|row| row.cells().first());
        Ok(cell.and_then(crate::Cell::as_int).unwrap_or_default())
    }

    /// The names of all tables and views.
    pub(super) async fn relations(&mut self) -> StorageResult<Vec<String>> {
        let select = match self.dialect() {
            Dialect::Postgres => postgres::relations(),
            Dialect::Sqlite => Query::select()
                .column("name")
                .from("sqlite_master")
                .and_where(Expr::cust("type IN ('table', 'view')"))
                .order_by("name", Order::Asc)
                .take(),
        };
        let rows = self.rows(&select).await?;
        rows.iter().map(|row| Ok(row.text("name")?.to_owned())).collect()
    }

    /// Gives the rows of a table behind a number, batch by batch, to one who may take his time:
    /// reading goes on meanwhile.
    pub(super) async fn each_batch(
        &mut self,
        table: &MovedTable,
        after: Option<i64>,
        size: BatchSize,
        consume: impl AsyncFnMut(Batch) -> StorageResult<()>,
    ) -> StorageResult<()> {
        let after = after.filter(|number| *number != i64::MIN);
        let select = Statement::vouched(table.select(self.dialect(), after));
        let connection = &mut self.connection;
        let read = async move |sink| match connection {
            Connection::Sqlite(sqlite) => sqlite.stream(select, size, sink).await,
            Connection::Postgres(postgres) => postgres.stream(&select, size, sink).await,
        };
        piped(read, consume).await
    }
}

pub(crate) fn refused(why: String) -> StorageError {
    StorageError::Transfer(why)
}
