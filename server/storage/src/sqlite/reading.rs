//! Selects, run in the thread that asks.

use std::sync::Arc;

use rusqlite::{CachedStatement, Connection, Result, Rows, Statement as Prepared};

use super::binding::{Bound, cell_of, text_of};
use crate::{Row, statement::Statement};

/// A prepared statement, kept for the next time or not.
pub(super) enum Ready<'a> {
    Kept(CachedStatement<'a>),
    Once(Prepared<'a>),
}

impl<'a> Ready<'a> {
    pub(super) fn new(connection: &'a Connection, statement: &Statement) -> Result<Self> {
        if statement.is_repeated() {
            return connection.prepare_cached(statement.sql()).map(Self::Kept);
        }
        connection.prepare(statement.sql()).map(Self::Once)
    }

    pub(super) fn get(&mut self) -> &mut Prepared<'a> {
        match self {
            Self::Kept(prepared) => prepared,
            Self::Once(prepared) => prepared,
        }
    }

    fn start(&mut self, statement: &Statement) -> Result<Rows<'_>> {
        self.get().query(rusqlite::params_from_iter(statement.values().iter().map(Bound)))
    }
}

/// All rows.
pub(crate) fn rows(connection: &Connection, statement: &Statement) -> Result<Vec<Row>> {
    let mut ready = Ready::new(connection, statement)?;
    let names: Arc<[String]> = ready.get().column_names().into_iter().map(str::to_owned).collect();
    let mut rows = ready.start(statement)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let cells = (0..names.len()).map(|at| row.get_ref(at).map(cell_of));
        found.push(Row::new(names.clone(), cells.collect::<Result<_>>()?));
    }
    Ok(found)
}

/// Shows every row, until it is told that that is enough.
pub(super) fn each(
    connection: &Connection,
    statement: &Statement,
    mut show: impl FnMut(&rusqlite::Row<'_>) -> Result<bool>,
) -> Result<()> {
    let mut ready = Ready::new(connection, statement)?;
    let mut rows = ready.start(statement)?;
    while let Some(row) = rows.next()? {
        if !show(row)? {
            break;
        }
    }
    Ok(())
}

/// The first column of every row as text, without nulls.
pub(super) fn texts(connection: &Connection, statement: &Statement) -> Result<Vec<String>> {
    let mut ready = Ready::new(connection, statement)?;
    let mut rows = ready.start(statement)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.extend(text_of(row.get_ref(0)?));
    }
    Ok(found)
}

/// The first column of the first row as text; nothing for null or no row.
pub(crate) fn text(connection: &Connection, statement: &Statement) -> Result<Option<String>> {
    let mut ready = Ready::new(connection, statement)?;
    let mut rows = ready.start(statement)?;
    rows.next()?.map_or(Ok(None), |row| Ok(text_of(row.get_ref(0)?)))
}

/// The first two columns of the only row.
pub(super) fn text_and_number(
    connection: &Connection,
    statement: &Statement,
) -> Result<(Option<String>, i64)> {
    let mut ready = Ready::new(connection, statement)?;
    let mut rows = ready.start(statement)?;
    let Some(row) = rows.next()? else { return Ok((None, 0)) };
    Ok((text_of(row.get_ref(0)?), row.get(1)?))
}
