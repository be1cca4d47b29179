//! A reading connection of the pool: runs selects under a time limit and turns rows into data.

use std::{sync::Arc, time::Duration};

use sqlx::{Column, Decode, Row as _, Sqlite, TypeInfo, ValueRef, sqlite::SqliteRow};

use super::deadline::Deadline;
use crate::{Cell, Row, StorageResult, constraint, statement::Statement};

/// A connection whose statements end when their time is over or nobody waits for them.
pub(crate) struct ReadConnection {
    connection: sqlx::SqliteConnection,
    deadline: Deadline,
    limit: Duration,
    /// True while a statement runs; stays true when the caller left before its end.
    is_running: bool,
}

impl ReadConnection {
    pub(super) fn new(
        connection: sqlx::SqliteConnection,
        deadline: Deadline,
        limit: Duration,
    ) -> Self {
        Self { connection, deadline, limit, is_running: false }
    }

    /// Whether a statement was left before its end: the connection is of no more use.
    pub(crate) fn was_left_running(&self) -> bool {
        self.is_running
    }

    pub(crate) async fn rows(&mut self, statement: Statement) -> StorageResult<Vec<Row>> {
        let rows = self.fetch(statement).await?;
        let names: Arc<[String]> = rows.first().map_or_else(Vec::new, column_names).into();
        rows.iter().map(|row| Ok(Row::new(names.clone(), cells(row)?))).collect()
    }

    pub(crate) async fn texts(&mut self, statement: Statement) -> StorageResult<Vec<String>> {
        let rows = self.fetch(statement).await?;
        rows.iter().filter_map(|row| first_text(row).transpose()).collect()
    }

    pub(crate) async fn text(&mut self, statement: Statement) -> StorageResult<Option<String>> {
        self.start();
        let row = statement.into_sqlx().fetch_optional(&mut self.connection).await;
        self.finish();
        let row = row.map_err(|error| constraint::from_sqlx("reading a text", error))?;
        row.as_ref().map_or(Ok(None), first_text)
    }

    /// The first two columns of the only row.
    pub(crate) async fn text_and_number(
        &mut self,
        statement: Statement,
    ) -> StorageResult<(Option<String>, i64)> {
        self.start();
        let row = statement.into_sqlx().fetch_optional(&mut self.connection).await;
        self.finish();
        let failed = |error| constraint::from_sqlx("reading a page", error);
        let Some(row) = row.map_err(failed)? else { return Ok((None, 0)) };
        Ok((first_text(&row)?, row.try_get_unchecked(1).map_err(failed)?))
    }

    async fn fetch(&mut self, statement: Statement) -> StorageResult<Vec<SqliteRow>> {
        self.start();
        let rows = statement.into_sqlx().fetch_all(&mut self.connection).await;
        self.finish();
        rows.map_err(|error| constraint::from_sqlx("reading rows", error))
    }

    /// Ends a statement that was left running.
    pub(crate) fn interrupt(&self) {
        self.deadline.expire();
    }

    fn start(&mut self) {
        self.is_running = true;
        self.deadline.set(self.limit);
    }

    fn finish(&mut self) {
        self.deadline.clear();
        self.is_running = false;
    }

    /// Ends the connection in order, so that its log is written back.
    pub(crate) async fn close(self) -> StorageResult<()> {
        let closed = sqlx::Connection::close(self.connection).await;
        closed.map_err(|error| constraint::from_sqlx("closing", error))
    }
}

fn column_names(row: &SqliteRow) -> Vec<String> {
    row.columns().iter().map(|column| column.name().to_owned()).collect()
}

fn cells(row: &SqliteRow) -> StorageResult<Vec<Cell>> {
    (0..row.len()).map(|at| cell(row, at)).collect()
}

fn cell(row: &SqliteRow, at: usize) -> StorageResult<Cell> {
    read_cell(row, at).map_err(|error| constraint::from_sqlx("reading a value", error))
}

fn read_cell(row: &SqliteRow, at: usize) -> Result<Cell, sqlx::Error> {
    let value = row.try_get_raw(at)?;
    if value.is_null() {
        return Ok(Cell::Null);
    }
    let kind = value.type_info().name().to_owned();
    let cell = match kind.as_str() {
        "INTEGER" => <i64 as Decode<Sqlite>>::decode(value).map(Cell::Int),
        "REAL" => <f64 as Decode<Sqlite>>::decode(value).map(Cell::Real),
        "BLOB" => <Vec<u8> as Decode<Sqlite>>::decode(value).map(Cell::Blob),
        _ => <String as Decode<Sqlite>>::decode(value).map(Cell::Text),
    };
    cell.map_err(sqlx::Error::Decode)
}

/// The first column as text, whatever it is. A view may yield bytes that are none.
fn first_text(row: &SqliteRow) -> StorageResult<Option<String>> {
    let bytes: Option<Vec<u8>> = row
        .try_get_unchecked(0)
        .map_err(|error| constraint::from_sqlx("reading the first column", error))?;
    let text = |bytes| match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    Ok(bytes.map(text))
}
