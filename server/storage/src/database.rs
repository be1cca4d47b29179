//! The database as the floors above see it: statements in, rows out.

use std::{sync::Arc, time::Instant};

use sea_query::{Alias, Expr, Query, SelectStatement};
use tokio::sync::watch;
use underpin_model::Timestamp;
use underpin_query::{Flavour, PostgresFlavour, SqliteFlavour};

use crate::{
    Cell, Change, ConsoleAnswer, ConsoleAsk, LogDatabase, NewView, PostgresOptions, Revision, Row,
    SqliteOptions, StatementTree, StorageError, StorageResult, Transaction, UnitFuture, ViewShape,
    backup::{self, CopyMark, CopyProgress},
    change_log,
    postgres::PostgresDatabase,
    sqlite::SqliteDatabase,
    statement::{Dialect, Statement},
    transfer::Place,
    versions::{self, Versioned, Versions},
    write_unit::TypedUnit,
};

/// An open database. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Database {
    backend: Arc<Backend>,
}

/// A read by key whose text stands already.
#[derive(Clone, Debug)]
pub struct KeyedRead(Arc<Statement>);

/// The databases that can be had. Nothing above this crate sees which one it is.
enum Backend {
    Sqlite(SqliteDatabase),
    Postgres(PostgresDatabase),
}

impl Database {
    /// Opens a SQLite database, makes it if it is missing and migrates it.
    pub async fn open_sqlite(options: SqliteOptions) -> StorageResult<Self> {
        let backend = Backend::Sqlite(SqliteDatabase::open(options).await?);
        Ok(Self { backend: Arc::new(backend) })
    }

    /// Opens a PostgreSQL database and migrates it. It must be there, and may be empty.
    pub async fn open_postgres(options: PostgresOptions) -> StorageResult<Self> {
        let opening = Box::pin(PostgresDatabase::open(options));
        Ok(Self { backend: Arc::new(Backend::Postgres(opening.await?)) })
    }

    /// Opens the log's own database: a file beside this one, or a schema in it. It is made if it
    /// is missing, and serves as long as this database does.
    pub async fn open_logs(&self) -> StorageResult<LogDatabase> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => LogDatabase::open_sqlite(sqlite.options()).await,
            Backend::Postgres(postgres) => {
                let opener = postgres.opener();
                Box::pin(LogDatabase::open_postgres(&opener.options, opener)).await
            }
        }
    }

    /// The rows of a select. Name the columns, never `*`.
    pub async fn rows(&self, tree: &impl StatementTree) -> StorageResult<Vec<Row>> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.rows(Statement::sqlite(tree)).await,
            Backend::Postgres(postgres) => {
                Box::pin(postgres.rows(&Statement::postgres(tree))).await
            }
        }
    }

    /// The first column of the first row as text, such as a page of JSON; nothing for null or no
    /// row.
    pub async fn text(&self, tree: &impl StatementTree) -> StorageResult<Option<String>> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.text(Statement::sqlite(tree)).await,
            Backend::Postgres(postgres) => {
                Box::pin(postgres.text(&Statement::postgres(tree))).await
            }
        }
    }

    /// The first column of every row as text, without nulls.
    pub async fn texts(&self, tree: &impl StatementTree) -> StorageResult<Vec<String>> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.texts(Statement::sqlite(tree)).await,
            Backend::Postgres(postgres) => {
                Box::pin(postgres.texts(&Statement::postgres(tree))).await
            }
        }
    }

    /// What the database says of a view's query. The query is not run.
    pub async fn describe_query(&self, query: &str) -> StorageResult<ViewShape> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.describe(query.to_owned()).await,
            Backend::Postgres(postgres) => Box::pin(postgres.describe(query)).await,
        }
    }

    /// As [`Self::rows`], for a select that reads a view which is not there: its query is run by
    /// a connection that can't write, under the time limit of reads.
    pub async fn rows_over_view(
        &self,
        view: &NewView,
        tree: &impl StatementTree,
    ) -> StorageResult<Vec<Row>> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.rows(Statement::over_view(view, tree)?).await,
            Backend::Postgres(postgres) => Box::pin(postgres.rows_over_view(view, tree)).await,
        }
    }

    /// Runs a superuser's own statements, which may read and nothing else.
    pub async fn console(&self, ask: ConsoleAsk) -> StorageResult<ConsoleAnswer> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.console(ask).await,
            Backend::Postgres(postgres) => Box::pin(postgres.console(&ask)).await,
        }
    }

    /// As [`Self::text`]; SQLite reads at once and in this thread. For reads by primary key alone:
    /// whatever may take longer blocks the thread's other work.
    pub async fn text_now(&self, tree: &impl StatementTree) -> StorageResult<Option<String>> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.text_now(&Statement::sqlite(tree)),
            Backend::Postgres(_) => self.text(tree).await,
        }
    }

    /// Prints a read by key once, for many keys. Nothing when the last place-holder of the select
    /// does not hold the sample key.
    pub fn keyed_read(&self, tree: &impl StatementTree, sample: &str) -> Option<KeyedRead> {
        let statement = Statement::of(self.dialect(), tree);
        statement.ends_with(sample).then(|| KeyedRead(Arc::new(statement)))
    }

    /// As [`Self::text_now`], for a read that was printed before.
    pub async fn text_by_key(&self, read: &KeyedRead, key: &str) -> StorageResult<Option<String>> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.text_by_key(&read.0, key),
            Backend::Postgres(postgres) => Box::pin(postgres.text(&read.0.with_key(key))).await,
        }
    }

    /// The versions of what all nodes hold in memory, as they stand in the database now.
    pub async fn look_at_versions(&self) -> StorageResult<Versions> {
        let seen = Instant::now();
        let schema = self.version(Versioned::Schema).await?;
        let settings = self.version(Versioned::Settings).await?;
        Ok(Versions { schema, settings, seen })
    }

    /// Runs a write unit: `|tx| Box::pin(async move { … Ok(value) })`.
    ///
    /// The answer comes after the commit. An error or a panic in the unit undoes the unit alone.
    /// A caller that goes away leaves all of it or nothing. Other writers wait meanwhile, so the
    /// unit awaits nothing but its transaction.
    pub async fn write<T, E, F>(&self, unit: F) -> Result<T, E>
    where
        F: for<'t> FnOnce(&'t mut Transaction) -> UnitFuture<'t, T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StorageError> + Send + 'static,
    {
        let (unit, answer) = TypedUnit::new(unit);
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.submit(Box::new(unit)).await?,
            Backend::Postgres(postgres) => postgres.submit(Box::new(unit)).await?,
        }
        answer.await.unwrap_or_else(|_| Err(StorageError::Closed.into()))
    }

    /// The dialect in which reads of this database are planned.
    pub fn flavour(&self) -> &'static dyn Flavour {
        match self.backend.as_ref() {
            Backend::Sqlite(_) => &SqliteFlavour,
            Backend::Postgres(_) => &PostgresFlavour,
        }
    }

    fn dialect(&self) -> Dialect {
        match self.backend.as_ref() {
            Backend::Sqlite(_) => Dialect::Sqlite,
            Backend::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> StorageResult<()> {
        self.rows(Query::select().expr_as(1, Alias::new("alive"))).await.map(drop)
    }

    /// The first column of the first row as a whole number; 0 for null or no row.
    pub async fn number(&self, tree: &impl StatementTree) -> StorageResult<i64> {
        Ok(self.text(tree).await?.and_then(|text| text.parse().ok()).unwrap_or_default())
    }

    /// A page of texts: the first column of the only row, and its second, how many there are.
    pub async fn page(&self, tree: &impl StatementTree) -> StorageResult<(String, u64)> {
        let found = match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.text_and_number(Statement::sqlite(tree)).await?,
            Backend::Postgres(postgres) => {
                Box::pin(postgres.text_and_number(&Statement::postgres(tree))).await?
            }
        };
        Ok((found.0.unwrap_or_else(|| "[]".to_owned()), u64::try_from(found.1).unwrap_or_default()))
    }

    /// A count, with the newest position of the change log that it has seen.
    pub async fn count(&self, count: &SelectStatement) -> StorageResult<(i64, i64)> {
        let mut select = count.clone();
        let newest = Expr::SubQuery(None, Box::new(change_log::newest(self.dialect()).into()));
        select.expr(newest);
        let rows = self.rows(&select).await?;
        let number = |place: usize| match rows.first().and_then(|row| row.cells().get(place)) {
            Some(Cell::Int(number)) => *number,
            _ => 0,
        };
        Ok((number(0), number(1)))
    }

    /// What a statement is, to know it again: its text and its values.
    pub fn fingerprint(&self, tree: &impl StatementTree) -> String {
        Statement::of(self.dialect(), tree).fingerprint()
    }

    /// The state of these collections (by id), for remembering what was read of them; nothing
    /// while it can't be told. Ask before reading.
    pub async fn revision<'c>(
        &self,
        collections: impl Iterator<Item = &'c str>,
    ) -> StorageResult<Option<Revision>> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.revision(collections),
            Backend::Postgres(postgres) => Box::pin(postgres.revision(collections)).await,
        }
    }

    /// The stored version of something.
    pub async fn version(&self, what: Versioned) -> StorageResult<i64> {
        Ok(versions::read(self.text(&versions::select(what)).await?))
    }

    /// The versions of what nodes hold in memory, looked at several times a second; nothing where
    /// there is one node alone.
    pub fn versions(&self) -> Option<watch::Receiver<Versions>> {
        match self.backend.as_ref() {
            Backend::Sqlite(_) => None,
            Backend::Postgres(postgres) => Some(postgres.versions()),
        }
    }

    /// The newest committed position of the change log, and each newer one.
    pub fn committed(&self) -> watch::Receiver<i64> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.committed(),
            Backend::Postgres(postgres) => postgres.committed(),
        }
    }

    /// Names the sequence that positions belong to; another one after a restored backup.
    pub fn change_epoch(&self) -> &str {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.epoch(),
            Backend::Postgres(postgres) => postgres.epoch(),
        }
    }

    /// Becomes true when another node has put another project in this one's place: then the
    /// database is to be closed and opened anew. Nothing where there is one node alone.
    pub fn replaced(&self) -> Option<watch::Receiver<bool>> {
        match self.backend.as_ref() {
            Backend::Sqlite(_) => None,
            Backend::Postgres(postgres) => Some(postgres.replaced()),
        }
    }

    /// Whether another project is in this one's place by now.
    pub async fn is_replaced(&self) -> StorageResult<bool> {
        let stored = self.text(&change_log::stored_epoch()).await?.unwrap_or_default();
        Ok(stored.trim_matches('"') != self.change_epoch())
    }

    /// The changes after a position, oldest first. No smaller position appears later.
    pub async fn changes_after(&self, position: i64, limit: u64) -> StorageResult<Vec<Change>> {
        let rows = self.rows(&change_log::after(position, limit)).await?;
        rows.iter().map(change_log::read).collect()
    }

    /// The newest position ever given out; 0 before the first one.
    pub async fn last_position(&self) -> StorageResult<i64> {
        let text = self.text(&change_log::newest(self.dialect())).await?;
        Ok(text.and_then(|text| text.parse().ok()).unwrap_or_default())
    }

    /// The oldest position still kept; nothing when all were trimmed.
    pub async fn first_position(&self) -> StorageResult<Option<i64>> {
        let text = self.text(&change_log::oldest(1)).await?;
        Ok(text.and_then(|text| text.parse().ok()))
    }

    /// Removes up to `batch` of the oldest changes that are older than `older_than` or beyond the
    /// newest `keep_rows`, and tells how many went; call again until it is none.
    pub async fn trim_changes(
        &self,
        older_than: Timestamp,
        keep_rows: u64,
        batch: u64,
    ) -> StorageResult<u64> {
        let newest = self.last_position().await?;
        let oldest = self.rows(&change_log::oldest(batch)).await?;
        let last = change_log::last_to_remove(&oldest, newest, older_than, keep_rows)?;
        let Some(last) = last else { return Ok(0) };
        let remove = change_log::remove_through(last);
        let unit = self.write(move |tx| {
            Box::pin(async move {
                let removed = tx.execute(&remove).await;
                tx.touch_nothing();
                removed
            })
        });
        unit.await
    }

    /// Sees to it that the planner knows how large tables are. Without that it may join from the
    /// wrong end; call it now and then.
    pub async fn refresh_statistics(&self) -> StorageResult<()> {
        let is_new =
            self.write(|tx| Box::pin(async move { tx.refresh_statistics().await })).await?;
        match self.backend.as_ref() {
            // A connection that is open keeps to the statistics that it has read.
            Backend::Sqlite(sqlite) if is_new => sqlite.renew_readers(),
            Backend::Sqlite(_) | Backend::Postgres(_) => {}
        }
        Ok(())
    }

    /// As [`Self::refresh_statistics`], at once and of everything: after many rows were loaded.
    pub async fn learn_sizes(&self) -> StorageResult<()> {
        match self.backend.as_ref() {
            Backend::Sqlite(_) => self.refresh_statistics().await,
            Backend::Postgres(_) => {
                self.write(|tx| Box::pin(async move { tx.raw("ANALYZE").await })).await
            }
        }
    }

    /// Copies the database into a new SQLite file, as it is at one moment, while it is written;
    /// nothing where it is no SQLite database (then it is moved, see [`Self::place`]).
    pub async fn copy_into(
        &self,
        file: &std::path::Path,
        progress: CopyProgress,
    ) -> StorageResult<Option<CopyMark>> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => {
                backup::copy(sqlite.options(), file, progress).await.map(Some)
            }
            Backend::Postgres(_) => Ok(None),
        }
    }

    /// Where it is, for reading it as a source of a move.
    pub fn place(&self) -> Place {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => Place::Sqlite(sqlite.options().directory.clone()),
            Backend::Postgres(postgres) => Place::Postgres(postgres.opener().options.url.clone()),
        }
    }

    /// Lets running and waiting work end, refuses new work and closes the file in order.
    pub async fn close(&self) {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => sqlite.close().await,
            Backend::Postgres(postgres) => postgres.close().await,
        }
    }
}
