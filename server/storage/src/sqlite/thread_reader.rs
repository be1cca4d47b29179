//! Reads by primary key in the caller's own thread: no hop to another one and back.

use std::{
    cell::RefCell,
    sync::{Arc, Weak},
};

use rusqlite::types::{ToSqlOutput, Value as SqliteValue, ValueRef};
use sea_query::{OptionEnum, Value};

use super::{deadline::Deadline, open::SqliteOptions};
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

/// The first column of the first row, as text. The options stand for the database: as long as
/// they live it is open.
pub(super) fn text(
    database: &Arc<SqliteOptions>,
    statement: &Statement,
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
        let answer = found.read(statement);
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

    fn read(&self, statement: &Statement) -> rusqlite::Result<Option<String>> {
        let mut prepared = self.connection.prepare_cached(statement.sql())?;
        let mut rows =
            prepared.query(rusqlite::params_from_iter(statement.values().iter().map(Bound)))?;
        let Some(row) = rows.next()? else { return Ok(None) };
        match row.get_ref(0)? {
            ValueRef::Null => Ok(None),
            ValueRef::Integer(number) => Ok(Some(number.to_string())),
            ValueRef::Real(number) => Ok(Some(number.to_string())),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                Ok(Some(String::from_utf8_lossy(bytes).into_owned()))
            }
        }
    }
}

/// sea-query's value as rusqlite binds it.
struct Bound<'a>(&'a Value);

impl rusqlite::ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let whole = |value: Option<i64>| value.map_or(SqliteValue::Null, SqliteValue::Integer);
        let real = |value: Option<f64>| value.map_or(SqliteValue::Null, SqliteValue::Real);
        let owned = match self.0 {
            Value::String(Some(text)) => return Ok(borrowed(ValueRef::Text(text.as_bytes()))),
            Value::Bytes(Some(bytes)) => return Ok(borrowed(ValueRef::Blob(bytes))),
            Value::Enum(OptionEnum::Some(choice)) => {
                return Ok(borrowed(ValueRef::Text(choice.value.as_bytes())));
            }
            Value::String(None) | Value::Bytes(None) | Value::Enum(OptionEnum::None(_)) => {
                SqliteValue::Null
            }
            Value::Char(letter) => {
                letter.map_or(SqliteValue::Null, |letter| SqliteValue::Text(letter.to_string()))
            }
            Value::Bool(flag) => whole(flag.map(i64::from)),
            Value::TinyInt(number) => whole(number.map(i64::from)),
            Value::SmallInt(number) => whole(number.map(i64::from)),
            Value::Int(number) => whole(number.map(i64::from)),
            Value::BigInt(number) => whole(*number),
            Value::TinyUnsigned(number) => whole(number.map(i64::from)),
            Value::SmallUnsigned(number) => whole(number.map(i64::from)),
            Value::Unsigned(number) => whole(number.map(i64::from)),
            Value::BigUnsigned(number) => whole(number.and_then(|number| number.try_into().ok())),
            Value::Float(number) => real(number.map(f64::from)),
            Value::Double(number) => real(*number),
        };
        Ok(ToSqlOutput::Owned(owned))
    }
}

fn borrowed(value: ValueRef<'_>) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(value)
}
