//! Which rows hold which items in a column of lists.
//!
//! SQLite has no index for that, and looking through a whole table takes long. So what was looked
//! for twice is remembered: for each item the rows that have, or had, it. Rows that are written
//! afterwards are noted by SQLite itself and looked at before the next answer. An answer may name
//! rows that have the item no more, and never lacks one that has it.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use rusqlite::{Connection, Result, hooks::Action, types::ValueRef};
use sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use underpin_query::{Flavour, SqliteFlavour, list_items};

use super::reading;
use crate::{
    row_set::{ROWID, RowSet},
    statement::Statement,
};

/// Columns that are remembered at once.
const MAX_COLUMNS: usize = 8;
/// Items of one column that are remembered, each with a row: 16 bytes.
const MAX_ENTRIES: usize = 1 << 20;
/// Rows written since the last look, beyond which all are looked at anew.
const MAX_WRITTEN: usize = 1 << 16;
/// Changes when another connection has written.
const DATA_VERSION: &str = "PRAGMA data_version";

/// What the writing connection remembers.
#[derive(Default)]
pub(super) struct Holders {
    columns: Vec<Column>,
    /// Rows that SQLite told of, by column.
    written: Arc<Mutex<Written>>,
    is_listening: bool,
    hasher: RandomState,
    data_version: i64,
}

/// A column that was asked for.
struct Column {
    name: ColumnName,
    memory: Memory,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ColumnName {
    pub(super) table: String,
    pub(super) column: String,
}

enum Memory {
    /// It was asked for once, or what was remembered counts no more.
    Asked,
    /// It has too many items.
    TooLarge,
    Entries {
        /// The hash of an item and a row that has or had it, sorted.
        entries: Vec<(u64, i64)>,
        /// Whether they tell of nothing that may still be undone.
        is_settled: bool,
    },
}

#[derive(Default)]
struct Written {
    /// Rows by column, since its entries were put together.
    columns: Vec<(ColumnName, Vec<i64>)>,
    /// What is written at the moment adds no item to any list.
    is_narrowing: bool,
}

impl Holders {
    /// Forgets everything: tables may have become others.
    pub(super) fn forget(&mut self) {
        self.columns.clear();
        lock(&self.written).columns.clear();
    }

    /// What was written so far stays.
    pub(super) fn settle(&mut self) {
        for column in &mut self.columns {
            if let Memory::Entries { is_settled, .. } = &mut column.memory {
                *is_settled = true;
            }
        }
    }

    /// Something was undone: what was seen of it counts no more.
    pub(super) fn undo(&mut self) {
        for column in &mut self.columns {
            if let Memory::Entries { is_settled: false, .. } = column.memory {
                column.memory = Memory::Asked;
            }
        }
    }

    /// Whether what is written from now on adds no item to any list.
    pub(super) fn set_narrowing(&mut self, is_narrowing: bool) {
        lock(&self.written).is_narrowing = is_narrowing;
    }

    /// The rows whose list has one of these items, and perhaps others.
    pub(super) fn rows(
        &mut self,
        connection: &Connection,
        name: &ColumnName,
        items: &[String],
    ) -> Result<RowSet> {
        let version = connection.prepare_cached(DATA_VERSION)?.query_row([], |row| row.get(0))?;
        if version != self.data_version {
            self.forget();
            self.data_version = version;
        }
        let Some(place) = self.columns.iter().position(|column| column.name == *name) else {
            if self.columns.len() >= MAX_COLUMNS {
                let oldest = self.columns.remove(0);
                lock(&self.written).columns.retain(|(name, _)| *name != oldest.name);
            }
            self.columns.push(Column { name: name.clone(), memory: Memory::Asked });
            return scan(connection, name, items);
        };
        // The one that was asked for last is the last to be forgotten.
        let mut column = self.columns.remove(place);
        let found = self.recall(connection, &mut column, items);
        self.columns.push(column);
        match found? {
            Some(rows) => Ok(rows),
            None => scan(connection, name, items),
        }
    }

    /// The rows as they are remembered; nothing when there are too many to remember them.
    fn recall(
        &mut self,
        connection: &Connection,
        column: &mut Column,
        items: &[String],
    ) -> Result<Option<RowSet>> {
        let hasher = self.hasher.clone();
        let hash = |item: &str| hasher.hash_one(item);
        let entries = match std::mem::replace(&mut column.memory, Memory::Asked) {
            Memory::TooLarge => None,
            Memory::Asked => {
                self.listen(connection, &column.name)?;
                entries_of(connection, &lists(&column.name), hash)?
            }
            Memory::Entries { mut entries, is_settled } => match self.take_written(&column.name) {
                written if written.is_empty() => {
                    let rows = rows_of(&entries, items.iter().map(|item| hash(item)));
                    column.memory = Memory::Entries { entries, is_settled };
                    return Ok(Some(rows));
                }
                written if written.len() > MAX_WRITTEN => {
                    entries_of(connection, &lists(&column.name), hash)?
                }
                written => {
                    let mut select = lists(&column.name);
                    select.and_where(RowSet::new(written).has_row());
                    entries_of(connection, &select, hash)?.and_then(|newer| {
                        entries.extend(newer);
                        // Two runs that are sorted already: they are merged.
                        entries.sort();
                        entries.dedup();
                        (entries.len() <= MAX_ENTRIES).then_some(entries)
                    })
                }
            },
        };
        let Some(entries) = entries else {
            column.memory = Memory::TooLarge;
            return Ok(None);
        };
        let rows = rows_of(&entries, items.iter().map(|item| hash(item)));
        column.memory = Memory::Entries { entries, is_settled: false };
        Ok(Some(rows))
    }

    /// Has the rows noted that are written to a column's table from now on.
    fn listen(&mut self, connection: &Connection, name: &ColumnName) -> Result<()> {
        let mut written = lock(&self.written);
        written.columns.retain(|(known, _)| known != name);
        written.columns.push((name.clone(), Vec::new()));
        drop(written);
        if self.is_listening {
            return Ok(());
        }
        let written = Arc::clone(&self.written);
        connection.update_hook(Some(move |action: Action, _: &str, table: &str, rowid: i64| {
            if action != Action::SQLITE_DELETE {
                lock(&written).note(table, rowid);
            }
        }))?;
        self.is_listening = true;
        Ok(())
    }

    fn take_written(&self, name: &ColumnName) -> Vec<i64> {
        let mut written = lock(&self.written);
        let found = written.columns.iter_mut().find(|(known, _)| known == name);
        found.map(|(_, rowids)| std::mem::take(rowids)).unwrap_or_default()
    }
}

impl Written {
    fn note(&mut self, table: &str, rowid: i64) {
        if self.is_narrowing {
            return;
        }
        for (name, rowids) in &mut self.columns {
            // One more than that tells that there were too many.
            if name.table.eq_ignore_ascii_case(table) && rowids.len() <= MAX_WRITTEN {
                rowids.push(rowid);
            }
        }
    }
}

/// The rows by looking at all.
fn scan(connection: &Connection, name: &ColumnName, items: &[String]) -> Result<RowSet> {
    let mut select = lists(name);
    if let Some(rest) = SqliteFlavour.list_without(Expr::col(Alias::new(&name.column)), items) {
        select.and_where(rest.is_not_null());
    }
    let mut rowids = Vec::new();
    reading::each(connection, &Statement::sqlite(&select), |row| {
        rowids.push(row.get(0)?);
        Ok(true)
    })?;
    Ok(RowSet::new(rowids))
}

/// The items of all lists with their rows, sorted; nothing when there are too many.
fn entries_of(
    connection: &Connection,
    lists: &SelectStatement,
    hash: impl Fn(&str) -> u64,
) -> Result<Option<Vec<(u64, i64)>>> {
    let mut entries = Vec::new();
    reading::each(connection, &Statement::sqlite(lists), |row| {
        let rowid = row.get(0)?;
        if let ValueRef::Text(list) = row.get_ref(1)? {
            let list = std::str::from_utf8(list).unwrap_or_default();
            entries.extend(list_items(list).iter().map(|item| (hash(item), rowid)));
        }
        Ok(entries.len() <= MAX_ENTRIES)
    })?;
    entries.sort_unstable();
    Ok((entries.len() <= MAX_ENTRIES).then_some(entries))
}

fn rows_of(entries: &[(u64, i64)], hashes: impl Iterator<Item = u64>) -> RowSet {
    let mut rowids = Vec::new();
    for hash in hashes {
        let start = entries.partition_point(|(known, _)| *known < hash);
        let same = entries.iter().skip(start).take_while(|(known, _)| *known == hash);
        rowids.extend(same.map(|(_, rowid)| *rowid));
    }
    RowSet::new(rowids)
}

/// The rows of a table with their lists.
fn lists(name: &ColumnName) -> SelectStatement {
    let table = Alias::new(&name.table);
    Query::select().column(ROWID).column(Alias::new(&name.column)).from(table).take()
}

fn lock(written: &Mutex<Written>) -> MutexGuard<'_, Written> {
    written.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests;
