//! The log's own database: a file beside the records on SQLite, a schema of its own on PostgreSQL.
//!
//! Entries are written in batches, apart from the writer of records: a log that is slow, full or
//! out of order never holds up a write of records. A commit of log entries is not flushed to the
//! disk by itself, so a power cut may take the newest ones.

mod copy;
mod postgres;
mod sqlite;
mod trim;

use std::sync::Arc;

pub use self::trim::LogLimits;
use self::{postgres::PostgresLogs, sqlite::SqliteLogs};
use crate::{
    PostgresOptions, Row, SqliteOptions, StatementTree, StorageResult,
    postgres::Opener,
    statement::{Dialect, Statement},
};

/// The table of entries.
pub const LOG_TABLE: &str = "_logs";

/// An entry that is to be written.
#[derive(Clone, Debug)]
pub struct NewLog {
    /// Its id.
    pub id: String,
    /// When it happened.
    pub created: String,
    /// How grave it is: -4, 0, 4 or 8.
    pub level: i32,
    /// What happened.
    pub message: String,
    /// Details: the text of a JSON object.
    pub data: String,
}

/// The log's database. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct LogDatabase {
    backend: Arc<Backend>,
}

enum Backend {
    Sqlite(SqliteLogs),
    Postgres(PostgresLogs),
}

impl LogDatabase {
    pub(crate) async fn open_sqlite(options: &SqliteOptions) -> StorageResult<Self> {
        let backend = Backend::Sqlite(SqliteLogs::open(options).await?);
        Ok(Self { backend: Arc::new(backend) })
    }

    pub(crate) async fn open_postgres(
        options: &PostgresOptions,
        opener: &Opener,
    ) -> StorageResult<Self> {
        let opening = Box::pin(PostgresLogs::open(options, opener));
        Ok(Self { backend: Arc::new(Backend::Postgres(opening.await?)) })
    }

    /// Writes entries, all of them or none.
    pub async fn append(&self, logs: Vec<NewLog>) -> StorageResult<()> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.append(logs).await,
            Backend::Postgres(postgres) => Box::pin(postgres.append(logs)).await,
        }
    }

    /// The rows of a select.
    pub async fn rows(&self, tree: &impl StatementTree) -> StorageResult<Vec<Row>> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.rows(Statement::sqlite(tree)).await,
            Backend::Postgres(postgres) => {
                Box::pin(postgres.rows(&Statement::postgres(tree))).await
            }
        }
    }

    /// The first column of the first row as text; nothing for null or no row.
    pub async fn text(&self, tree: &impl StatementTree) -> StorageResult<Option<String>> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.text(Statement::sqlite(tree)).await,
            Backend::Postgres(postgres) => {
                Box::pin(postgres.text(&Statement::postgres(tree))).await
            }
        }
    }

    /// Removes every entry.
    pub async fn clear(&self) -> StorageResult<()> {
        let all = sea_query::Query::delete().from_table(LOG_TABLE).take();
        self.execute(&Statement::of(self.dialect(), &all)).await?;
        self.tidy_up().await
    }

    /// Removes entries that are beyond the limits, in small steps, and tells how many went.
    pub async fn trim(&self, limits: &LogLimits) -> StorageResult<u64> {
        let mut gone = 0;
        for order in limits.orders(self.dialect()) {
            loop {
                let removed = self.execute(&order).await?;
                gone += removed;
                if removed < trim::STEP {
                    break;
                }
                tokio::task::yield_now().await;
            }
        }
        self.tidy_up().await?;
        Ok(gone)
    }

    /// Gives the room of removed entries back, and keeps the planner's statistics up to date.
    pub async fn tidy_up(&self) -> StorageResult<()> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.tidy_up().await,
            // The server sees to that by itself.
            Backend::Postgres(_) => Ok(()),
        }
    }

    /// Closes it in order.
    pub async fn close(&self) {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.close().await,
            Backend::Postgres(postgres) => postgres.close().await,
        }
    }

    async fn execute(&self, statement: &Statement) -> StorageResult<u64> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.execute(statement.clone()).await,
            Backend::Postgres(postgres) => Box::pin(postgres.execute(statement)).await,
        }
    }

    fn dialect(&self) -> Dialect {
        match self.backend.as_ref() {
            Backend::Sqlite(_) => Dialect::Sqlite,
            Backend::Postgres(_) => Dialect::Postgres,
        }
    }
}
