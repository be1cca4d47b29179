//! The connection that writes. It lives in the writer's thread and answers there and then: a hop
//! to a driver's thread for every statement would cost several times the statement itself.

use std::time::{Duration, Instant};

use super::{
    binding::{Bound, BoundCell},
    cache::Cache,
    checkpoints::Checkpoints,
    deadline::Deadline,
    holders::{ColumnName, Holders},
    item_lists,
    reading::{self, Ready},
};
use crate::{
    ConsoleAnswer, ConsoleAsk, NewLog, Row, RowSet, StorageResult, ViewShape, console, constraint,
    quoting::quoted,
    statement::{Dialect, Statement},
    transfer::{MovedRow, MovedTable},
    view,
};

/// Most units in one transaction.
pub(crate) const GROUP_UNITS: usize = 256;

const BEGIN: &str = "BEGIN IMMEDIATE";
pub(crate) const COMMIT: &str = "COMMIT";
pub(crate) const ROLLBACK: &str = "ROLLBACK";
const SAVEPOINT: &str = "SAVEPOINT unit";
/// Keeps what the unit before did.
const RELEASE: &str = "RELEASE unit";
/// Undoes the unit; the savepoint stays for the next one.
pub(crate) const UNDO_UNIT: &str = "ROLLBACK TO unit";

const INSERT_LOG: &str =
    "INSERT INTO _logs (id, created, level, message, data) VALUES (?, ?, ?, ?, ?)";

/// A connection whose statements end when their time is over.
pub(crate) struct SqliteWriter {
    checkpoints: Checkpoints,
    cache: Cache,
    connection: rusqlite::Connection,
    deadline: Deadline,
    limit: Duration,
    /// When the running unit's time is over, if it has set itself a limit.
    end: Option<Instant>,
    holders: Holders,
}

/// What a statement without rows did.
pub(crate) struct Executed {
    pub(crate) rows_affected: u64,
    pub(crate) last_row: i64,
}

impl SqliteWriter {
    pub(super) fn new(
        connection: rusqlite::Connection,
        deadline: Deadline,
        limit: Duration,
        cache: Cache,
        checkpoints: Checkpoints,
    ) -> Self {
        let holders = Holders::default();
        Self { checkpoints, cache, connection, deadline, limit, end: None, holders }
    }

    /// Ends reads at this moment, whatever is left of a statement's time.
    pub(crate) fn end_reads_by(&mut self, end: Option<Instant>) {
        self.end = end;
    }

    /// Whether the open transaction still stands: SQLite undoes it with a write that it ends, not
    /// with a read.
    pub(crate) fn is_in_transaction(&self) -> bool {
        !self.connection.is_autocommit()
    }

    pub(crate) fn begin(&mut self) -> StorageResult<()> {
        self.command(BEGIN)
    }

    /// Sets the savepoint of the next unit, in place of the last one's if that stands.
    pub(crate) fn set_savepoint(&mut self, replaces: bool) -> StorageResult<()> {
        if replaces {
            self.command(RELEASE)?;
        }
        self.command(SAVEPOINT)
    }

    pub(crate) fn execute(&mut self, statement: &Statement) -> StorageResult<Executed> {
        let done = self.limited("running a statement", |connection| {
            let mut ready = Ready::new(connection, statement)?;
            let values = statement.values().iter().map(Bound);
            let rows = ready.get().execute(rusqlite::params_from_iter(values))?;
            Ok(Executed {
                rows_affected: u64::try_from(rows).unwrap_or(u64::MAX),
                last_row: connection.last_insert_rowid(),
            })
        });
        self.cache.look(&self.connection);
        done
    }

    /// Writes rows with the numbers that they have.
    pub(crate) fn load(&mut self, table: &MovedTable, rows: &[MovedRow]) -> StorageResult<()> {
        let columns = table.column_list(Dialect::Sqlite);
        let has_number = table.number_column(Dialect::Sqlite).is_some();
        let places = vec!["?"; table.columns.len() + usize::from(has_number)].join(", ");
        let insert = format!("INSERT INTO {} ({columns}) VALUES ({places})", quoted(&table.name));
        self.limited("loading rows", |connection| {
            let mut prepared = connection.prepare_cached(&insert)?;
            for row in rows {
                let numbers = usize::from(has_number);
                if has_number {
                    prepared.raw_bind_parameter(1, row.number)?;
                }
                for (at, cell) in row.cells.iter().enumerate() {
                    prepared.raw_bind_parameter(at + numbers + 1, BoundCell(cell))?;
                }
                prepared.raw_execute()?;
            }
            Ok(())
        })
    }

    /// Takes items out of the lists that rows have in a column.
    pub(crate) fn take_out(
        &mut self,
        table: &str,
        column: &str,
        rows: &RowSet,
        items: &[String],
        may_empty: bool,
    ) -> StorageResult<()> {
        let name = ColumnName { table: table.to_owned(), column: column.to_owned() };
        self.holders.set_narrowing(true);
        let done = self.limited("taking items out of lists", |connection| {
            item_lists::take_out(connection, &name, rows.rowids(), items, may_empty)
        });
        self.holders.set_narrowing(false);
        self.cache.look(&self.connection);
        done
    }

    /// The rows whose list in a column has one of these items, and perhaps others.
    pub(crate) fn rows_with_item(
        &mut self,
        table: &str,
        column: &str,
        items: &[String],
    ) -> StorageResult<RowSet> {
        let name = ColumnName { table: table.to_owned(), column: column.to_owned() };
        let mut holders = std::mem::take(&mut self.holders);
        let done =
            self.read("looking for lists", |connection| holders.rows(connection, &name, items));
        self.holders = holders;
        done
    }

    /// Tables are about to become others.
    pub(crate) fn forget_lists(&mut self) {
        self.holders.forget();
    }

    /// One of the program's own statements that is run again and again.
    pub(crate) fn command(&mut self, sql: &'static str) -> StorageResult<()> {
        match sql {
            ROLLBACK | UNDO_UNIT => self.holders.undo(),
            _ => {}
        }
        self.limited("running a command", |connection| {
            connection.prepare_cached(sql)?.execute([]).map(drop)
        })?;
        if matches!(sql, COMMIT | ROLLBACK) {
            self.cache.look(&self.connection);
        }
        if sql == COMMIT {
            self.holders.settle();
            self.checkpoints.committed(&self.connection);
        }
        Ok(())
    }

    /// A text of the program's own with any number of statements.
    pub(crate) fn script(&mut self, sql: &'static str) -> StorageResult<()> {
        self.holders.forget();
        self.limited("running a script", |connection| connection.execute_batch(sql))
    }

    pub(crate) fn rows(&mut self, statement: &Statement) -> StorageResult<Vec<Row>> {
        self.read("reading rows", |connection| reading::rows(connection, statement))
    }

    pub(crate) fn texts(&mut self, statement: &Statement) -> StorageResult<Vec<String>> {
        self.read("reading texts", |connection| reading::texts(connection, statement))
    }

    pub(crate) fn text(&mut self, statement: &Statement) -> StorageResult<Option<String>> {
        self.read("reading a text", |connection| reading::text(connection, statement))
    }

    /// What the database says of a view's query, which is prepared and not run.
    pub(crate) fn describe(&mut self, query: &str) -> StorageResult<ViewShape> {
        view::describe(&self.connection, query)
    }

    /// Runs a superuser's statements.
    pub(crate) fn console(&mut self, ask: &ConsoleAsk) -> StorageResult<ConsoleAnswer> {
        self.deadline.set(ask.limit.min(self.limit));
        let done = console::run(&self.connection, ask);
        self.deadline.clear();
        done
    }

    /// Writes entries of the log, all of them or none.
    pub(crate) fn append_logs(&mut self, logs: &[NewLog]) -> StorageResult<()> {
        self.limited("writing the log", |connection| {
            let transaction = connection.unchecked_transaction()?;
            let mut insert = transaction.prepare_cached(INSERT_LOG)?;
            for NewLog { id, created, level, message, data } in logs {
                insert.execute((id, created, level, message, data))?;
            }
            drop(insert);
            transaction.commit()
        })?;
        self.cache.look(&self.connection);
        self.checkpoints.committed(&self.connection);
        Ok(())
    }

    /// Ends the connection in order, so that its log is written back.
    pub(crate) fn close(self) -> StorageResult<()> {
        drop(self.checkpoints);
        let closed = self.connection.close();
        closed.map_err(|(_, error)| constraint::from_rusqlite("closing", error))
    }

    fn limited<T>(
        &self,
        context: &'static str,
        deed: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>,
    ) -> StorageResult<T> {
        self.within(self.limit, context, deed)
    }

    /// As [`Self::limited`], and no longer than the unit may take.
    fn read<T>(
        &self,
        context: &'static str,
        deed: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>,
    ) -> StorageResult<T> {
        let left = self.end.map(|end| end.saturating_duration_since(Instant::now()));
        self.within(left.map_or(self.limit, |left| left.min(self.limit)), context, deed)
    }

    fn within<T>(
        &self,
        limit: Duration,
        context: &'static str,
        deed: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>,
    ) -> StorageResult<T> {
        self.deadline.set(limit);
        let done = deed(&self.connection);
        self.deadline.clear();
        done.map_err(|error| constraint::from_rusqlite(context, error))
    }
}
