//! Values on their way into rusqlite and out of it.

use rusqlite::types::{ToSqlOutput, Value as SqliteValue, ValueRef};
use sea_query::{OptionEnum, Value};

use crate::Cell;

/// sea-query's value as rusqlite binds it.
pub(super) struct Bound<'a>(pub(super) &'a Value);

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

/// A cell as rusqlite binds it.
pub(super) struct BoundCell<'a>(pub(super) &'a Cell);

impl rusqlite::ToSql for BoundCell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(borrowed(match self.0 {
            Cell::Null => ValueRef::Null,
            Cell::Int(number) => ValueRef::Integer(*number),
            Cell::Real(number) => ValueRef::Real(*number),
            Cell::Text(text) => ValueRef::Text(text.as_bytes()),
            Cell::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn borrowed(value: ValueRef<'_>) -> ToSqlOutput<'_> {
    ToSqlOutput::Borrowed(value)
}

/// A value as text, whatever it is; nothing for null.
pub(super) fn text_of(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        // As SQLite prints it: 1.0, not 1.
        ValueRef::Real(number) => Some(format!("{number:?}")),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
    }
}

/// A value as a cell.
pub(super) fn cell_of(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Int(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(bytes) => Cell::Text(String::from_utf8_lossy(bytes).into_owned()),
        ValueRef::Blob(bytes) => Cell::Blob(bytes.to_vec()),
    }
}
