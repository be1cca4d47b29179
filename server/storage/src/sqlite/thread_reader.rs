//! Reads by primary key in the caller's own thread: no hop to another one and back.

use std::{
    cell::RefCell,
    sync::{Arc, Weak},
};

use super::{
    binding::{Bound, text_of},
    deadline::Deadline,
    open::SqliteOptions,
};
use crate::{StorageError, StorageResult, constraint, statement::Statement};

thread_local! {
    /// This thread's connections: one for each open database that it has read from.
    static CONNECTIONS: RefCell<Vec<ThreadConnection>> = const { RefCell::new(Vec::new()) };
}

struct ThreadConnection {
    database: Weak<SqliteOptions>,
    connection: rusqlite::Connection,
    deadline: Deadline,
}

/// The first column of the first row, as text. A key takes the place of the last value. The options stand for the database: as long as
/// they live it is open.
pub(super) fn text(
    database: &Arc<SqliteOptions>,
    statement: &Statement,
    key: Option<&str>,
) -> StorageResult<Option<String>> {
    CONNECTIONS.with_borrow_mut(|connections| {
        let known = connections.iter().position(|known| known.is_of(database));
        if known.is_none() {
            // Rare enough to tidy up after databases that were closed meanwhile.
            connections.retain(|known| known.database.strong_count() > 0);
            connections.push(ThreadConnection::open(database)?);
        }
        let at = known.unwrap_or(connections.len().saturating_sub(1));
        let found = connections.get(at).ok_or(StorageError::Closed)?;
        found.deadline.set(database.read_limit);
        let answer = found.read(statement, key);
        found.deadline.clear();
        answer.map_err(|error| constraint::from_rusqlite("reading in the thread", error))
    })
}

impl ThreadConnection {
    fn open(database: &Arc<SqliteOptions>) -> StorageResult<Self> {
        let deadline = Deadline::new();
        let connection = database.connect_in_thread(&deadline)?;
        Ok(Self { database: Arc::downgrade(database), connection, deadline })
    }

    fn is_of(&self, database: &Arc<SqliteOptions>) -> bool {
        std::ptr::eq(self.database.as_ptr(), Arc::as_ptr(database))
    }

    fn read(&self, statement: &Statement, key: Option<&str>) -> rusqlite::Result<Option<String>> {
        let mut prepared = self.connection.prepare_cached(statement.sql())?;
        let values = statement.values();
        let fixed = values.len().saturating_sub(usize::from(key.is_some()));
        for (place, value) in values.iter().take(fixed).enumerate() {
            prepared.raw_bind_parameter(place + 1, Bound(value))?;
        }
        if let Some(key) = key {
            prepared.raw_bind_parameter(fixed + 1, key)?;
        }
        let mut rows = prepared.raw_query();
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(text_of(row.get_ref(0)?))
    }
}
