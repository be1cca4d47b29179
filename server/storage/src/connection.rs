//! The connection that writes, of whichever database.
//!
//! SQLite's answers there and then, in the writer's thread; PostgreSQL's over the network. The
//! latter's futures are boxed, so that those of the former stay small.

mod row_sets;

use std::time::{Duration, Instant};

use crate::{
    ConsoleAnswer, ConsoleAsk, NewChange, NewView, PostgresOptions, Row, SqliteOptions,
    StorageError, StorageResult, TableChange, ViewShape, change_log,
    log_rewrite::LogRewrite,
    migrate,
    postgres::{self, PostgresWriter},
    sqlite::{self, SqliteWriter},
    statement::{Dialect, Statement},
    table_change,
    transfer::{self, MovedRow, MovedTable},
};

/// How the writer opens its connections.
#[derive(Clone, Debug)]
pub(crate) enum ConnectionOptions {
    Sqlite(SqliteOptions),
    Postgres(PostgresOptions),
}

/// A connection that writes.
pub(crate) enum WriteConnection {
    Sqlite(SqliteWriter),
    Postgres(PostgresWriter),
}

/// What a database says at its opening.
pub(crate) struct Opened {
    pub(crate) connection: WriteConnection,
    pub(crate) epoch: String,
    pub(crate) newest_position: i64,
}

/// What a commit did to the change log, where others write to it as well.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span {
    /// The newest position before it.
    pub(crate) after: i64,
    /// The newest position with it.
    pub(crate) through: i64,
}

impl ConnectionOptions {
    /// Write units that may wait.
    pub(crate) fn waiting_units(&self) -> usize {
        match self {
            Self::Sqlite(options) => options.waiting_units,
            Self::Postgres(options) => options.waiting_units,
        }
    }

    /// Whether the database may be half of a project.
    fn accepts_half_moved(&self) -> bool {
        match self {
            Self::Sqlite(options) => options.accepts_half_moved,
            Self::Postgres(options) => options.accepts_half_moved,
        }
    }

    /// How long a unit may take.
    pub(crate) fn write_limit(&self) -> Duration {
        match self {
            Self::Sqlite(options) => options.write_limit,
            Self::Postgres(options) => options.write_limit,
        }
    }

    /// Most units in one transaction: it bounds what one failed commit takes with it.
    pub(crate) fn group_units(&self) -> usize {
        match self {
            Self::Sqlite(_) => sqlite::GROUP_UNITS,
            Self::Postgres(_) => postgres::GROUP_UNITS,
        }
    }

    /// The runtime of the writer's thread.
    pub(crate) fn runtime(&self) -> std::io::Result<tokio::runtime::Runtime> {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        match self {
            Self::Sqlite(_) => builder.enable_time().build(),
            Self::Postgres(_) => builder.enable_all().build(),
        }
    }

    /// Opens the database for the first time: makes what is missing, migrates it, and finds the
    /// end of the change log.
    pub(crate) async fn open(&self) -> StorageResult<Opened> {
        let migrations = match self {
            Self::Sqlite(options) => {
                options.prepare_file()?;
                migrate::SQLITE
            }
            Self::Postgres(_) => migrate::POSTGRES,
        };
        let mut connection = self.connect().await?;
        if !self.accepts_half_moved() {
            transfer::refuse_half_moved(&mut connection).await?;
        }
        migrate::run(&mut connection, migrations).await?;
        let epoch = change_log::epoch(&mut connection).await?;
        let newest_position = change_log::newest_position(&mut connection).await?;
        Ok(Opened { connection, epoch, newest_position })
    }

    pub(crate) async fn connect(&self) -> StorageResult<WriteConnection> {
        match self {
            Self::Sqlite(options) => options.connect_writer().map(WriteConnection::Sqlite),
            Self::Postgres(options) => {
                let writer = Box::pin(PostgresWriter::connect(options.clone())).await?;
                Ok(WriteConnection::Postgres(writer))
            }
        }
    }
}

impl WriteConnection {
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Whether an open transaction has a savepoint from the start on.
    pub(crate) fn begins_with_savepoint(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Begins the transaction of a group.
    pub(crate) async fn begin(&mut self) -> StorageResult<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.begin(),
            Self::Postgres(postgres) => Box::pin(postgres.begin()).await,
        }
    }

    /// Begins the transaction of a migration.
    pub(crate) async fn begin_migration(&mut self) -> StorageResult<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.begin(),
            Self::Postgres(postgres) => Box::pin(postgres.begin_migration()).await,
        }
    }

    /// Commits the transaction of a group; `is_untold` when it wrote what the change log does not
    /// tell of.
    pub(crate) async fn commit(&mut self, is_untold: bool) -> StorageResult<Option<Span>> {
        match self {
            Self::Sqlite(sqlite) => sqlite.command(sqlite::COMMIT).map(|()| None),
            Self::Postgres(postgres) => Box::pin(postgres.commit(is_untold)).await.map(Some),
        }
    }

    pub(crate) async fn commit_migration(&mut self) -> StorageResult<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.command(sqlite::COMMIT),
            Self::Postgres(postgres) => Box::pin(postgres.script("COMMIT")).await,
        }
    }

    pub(crate) async fn rollback(&mut self) -> StorageResult<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.command(sqlite::ROLLBACK),
            Self::Postgres(postgres) => Box::pin(postgres.rollback()).await,
        }
    }

    /// Sets the savepoint of the next unit, in place of the last one's if that stands.
    pub(crate) async fn set_savepoint(&mut self, replaces: bool) -> StorageResult<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.set_savepoint(replaces),
            Self::Postgres(postgres) => Box::pin(postgres.set_savepoint()).await,
        }
    }

    /// Undoes what was done since the savepoint, which stays.
    pub(crate) async fn undo(&mut self) -> StorageResult<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.command(sqlite::UNDO_UNIT),
            Self::Postgres(postgres) => Box::pin(postgres.undo()).await,
        }
    }

    /// The running unit is to be kept.
    pub(crate) async fn keep(&mut self) -> StorageResult<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(postgres) if postgres.is_settled() => Ok(()),
            Self::Postgres(postgres) => Box::pin(postgres.recover()).await,
        }
    }

    /// When the running unit's time is over, if it has set itself a limit.
    pub(crate) fn end_by(&mut self, end: Option<Instant>) {
        match self {
            Self::Sqlite(sqlite) => sqlite.end_reads_by(end),
            Self::Postgres(postgres) => postgres.end_by(end),
        }
    }

    /// Whether an error leaves a transaction behind that can't be trusted any more.
    pub(crate) fn is_broken_by(&self, error: &StorageError) -> bool {
        match self {
            // A read that took too long undoes nothing.
            Self::Sqlite(sqlite) => {
                let is_late = matches!(error, StorageError::Timeout);
                error.ends_transaction() && !(is_late && sqlite.is_in_transaction())
            }
            Self::Postgres(postgres) => postgres.is_lost(),
        }
    }

    pub(crate) async fn execute(&mut self, statement: &Statement) -> StorageResult<u64> {
        match self {
            Self::Sqlite(sqlite) => Ok(sqlite.execute(statement)?.rows_affected),
            Self::Postgres(postgres) => Box::pin(postgres.execute(statement)).await,
        }
    }

    pub(crate) async fn rows(&mut self, statement: &Statement) -> StorageResult<Vec<Row>> {
        match self {
            Self::Sqlite(sqlite) => sqlite.rows(statement),
            Self::Postgres(postgres) => Box::pin(postgres.rows(statement)).await,
        }
    }

    pub(crate) async fn text(&mut self, statement: &Statement) -> StorageResult<Option<String>> {
        match self {
            Self::Sqlite(sqlite) => sqlite.text(statement),
            Self::Postgres(postgres) => Box::pin(postgres.text(statement)).await,
        }
    }

    pub(crate) async fn texts(&mut self, statement: &Statement) -> StorageResult<Vec<String>> {
        match self {
            Self::Sqlite(sqlite) => sqlite.texts(statement),
            Self::Postgres(postgres) => Box::pin(postgres.texts(statement)).await,
        }
    }

    /// A text of the program's own with any number of statements.
    pub(crate) async fn script(&mut self, sql: &'static str) -> StorageResult<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.script(sql),
            Self::Postgres(postgres) => Box::pin(postgres.script(sql)).await,
        }
    }

    /// Writes rows with the numbers that they have.
    pub(crate) async fn load(
        &mut self,
        table: &MovedTable,
        rows: &[MovedRow],
    ) -> StorageResult<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.load(table, rows),
            Self::Postgres(postgres) => Box::pin(postgres.load(table, rows)).await,
        }
    }

    /// Lets new rows have numbers behind those that were loaded.
    pub(crate) async fn restart_numbers(&mut self, table: &MovedTable) -> StorageResult<()> {
        match self {
            // It looks for the largest one by itself.
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(postgres) => Box::pin(postgres.restart_numbers(table)).await,
        }
    }

    /// Lets the change log go on from a position.
    pub(crate) fn go_on_from(&mut self, position: i64) -> StorageResult<()> {
        match self {
            Self::Sqlite(sqlite) => change_log::go_on_from(position)
                .iter()
                .try_for_each(|statement| sqlite.execute(statement).map(drop)),
            Self::Postgres(postgres) => {
                postgres.go_on_from(position);
                Ok(())
            }
        }
    }

    /// Appends to the change log, in this order, and tells the last position.
    pub(crate) fn append(&mut self, changes: &[NewChange]) -> StorageResult<i64> {
        match self {
            Self::Sqlite(sqlite) => {
                let statement = Statement::sqlite(&change_log::insert(changes));
                Ok(sqlite.execute(&statement)?.last_row)
            }
            Self::Postgres(postgres) => postgres.append(changes),
        }
    }

    /// Rewrites what was logged so far.
    pub(crate) fn rewrite_log(&mut self, rewrite: LogRewrite) -> StorageResult<()> {
        match self {
            Self::Sqlite(sqlite) => {
                sqlite.execute(&rewrite.statement(Dialect::Sqlite, i64::MAX)).map(drop)
            }
            Self::Postgres(postgres) => {
                postgres.rewrite_log(rewrite);
                Ok(())
            }
        }
    }

    pub(crate) async fn change_table(&mut self, change: &TableChange) -> StorageResult<()> {
        match self {
            Self::Sqlite(sqlite) => {
                sqlite.forget_lists();
                for statement in table_change::statements(change)? {
                    sqlite.execute(&statement)?;
                }
                Ok(())
            }
            Self::Postgres(postgres) => Box::pin(postgres.change_table(change)).await,
        }
    }

    /// What the database says of a view's query, which is not run.
    pub(crate) async fn describe(&mut self, query: &str) -> StorageResult<ViewShape> {
        match self {
            Self::Sqlite(sqlite) => sqlite.describe(query),
            Self::Postgres(postgres) => Box::pin(postgres.describe(query)).await,
        }
    }

    /// The query of a view as it stands after what it reads was renamed.
    pub(crate) async fn query_of_view(&mut self, view: &NewView) -> StorageResult<String> {
        match self {
            Self::Sqlite(sqlite) => {
                let select = table_change::statement_of_view(&view.name);
                let statement = sqlite.text(&Statement::sqlite(&select))?;
                view.query_in(&statement.unwrap_or_default())
            }
            Self::Postgres(postgres) => Box::pin(postgres.query_of_view(view)).await,
        }
    }

    /// Runs a superuser's statements.
    pub(crate) async fn console(&mut self, ask: &ConsoleAsk) -> StorageResult<ConsoleAnswer> {
        match self {
            Self::Sqlite(sqlite) => sqlite.console(ask),
            Self::Postgres(postgres) => Box::pin(postgres.console(ask)).await,
        }
    }

    /// Puts the project beside in place of the one that is served.
    pub(crate) async fn put_beside_in_place(&mut self) -> StorageResult<()> {
        match self {
            Self::Sqlite(_) => Err(nothing_beside()),
            Self::Postgres(postgres) => Box::pin(postgres.put_beside_in_place()).await,
        }
    }

    /// Puts the project that was served before in its place again.
    pub(crate) async fn put_back_before(&mut self) -> StorageResult<()> {
        match self {
            Self::Sqlite(_) => Err(nothing_beside()),
            Self::Postgres(postgres) => Box::pin(postgres.put_back_before()).await,
        }
    }

    /// Ends the connection in order.
    pub(crate) async fn close(self) -> StorageResult<()> {
        match self {
            Self::Sqlite(mut sqlite) => {
                // Refreshes the planner's statistics where they have grown stale.
                sqlite.script("PRAGMA optimize").and_then(|()| sqlite.close())
            }
            Self::Postgres(postgres) => Box::pin(postgres.close()).await,
        }
    }
}

fn nothing_beside() -> StorageError {
    StorageError::other("exchanging projects", "a file holds one project alone")
}
