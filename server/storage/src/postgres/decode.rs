//! Rows on their way out of PostgreSQL.
//!
//! Values come as the other databases give them: truths as 0 and 1, whole numbers as such whatever
//! the column's type, lists without blanks.

use std::sync::Arc;

use sqlx::{
    Column, Row as _, TypeInfo, ValueRef,
    postgres::{PgRow, PgValueFormat, PgValueRef},
};

use underpin_model::Json;

use super::{complaint, numeric};
use crate::{Cell, Row, StorageError, StorageResult};

/// How the binary form of a `jsonb` begins: its version.
const JSONB_VERSION: u8 = 1;
/// Whole numbers up to here are exact in a float.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Rows as data.
pub(crate) fn rows(rows: &[PgRow]) -> StorageResult<Vec<Row>> {
    let names: Arc<[String]> = rows.first().map_or_else(Vec::new, column_names).into();
    rows.iter().map(|row| Ok(Row::new(names.clone(), cells(row)?))).collect()
}

/// The first column of every row as text, without nulls.
pub(super) fn texts(rows: &[PgRow]) -> StorageResult<Vec<String>> {
    rows.iter().filter_map(|row| text(row).transpose()).collect()
}

/// The first column as text, whatever it is.
pub(crate) fn text(row: &PgRow) -> StorageResult<Option<String>> {
    text_at(row, 0)
}

/// A column as a whole number; 0 for null.
pub(super) fn whole(row: &PgRow, at: usize) -> StorageResult<i64> {
    Ok(text_at(row, at)?.and_then(|text| text.parse().ok()).unwrap_or_default())
}

/// A column as text, whatever it is.
pub(super) fn text_at(row: &PgRow, at: usize) -> StorageResult<Option<String>> {
    Ok(match cell(row, at)? {
        Cell::Null => None,
        Cell::Int(number) => Some(number.to_string()),
        Cell::Real(number) => Some(format!("{number:?}")),
        Cell::Text(text) => Some(text),
        Cell::Blob(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
    })
}

/// The first column as text, the second as a number.
pub(super) fn text_and_number(row: &PgRow) -> StorageResult<(Option<String>, i64)> {
    Ok((text(row)?, whole(row, 1)?))
}

fn column_names(row: &PgRow) -> Vec<String> {
    row.columns().iter().map(|column| column.name().to_owned()).collect()
}

/// The values of a row in the columns' order.
pub(super) fn cells(row: &PgRow) -> StorageResult<Vec<Cell>> {
    (0..row.len()).map(|at| cell(row, at)).collect()
}

fn cell(row: &PgRow, at: usize) -> StorageResult<Cell> {
    let value =
        row.try_get_raw(at).map_err(|error| complaint::from_sqlx("reading a value", error))?;
    if value.is_null() {
        return Ok(Cell::Null);
    }
    read(&value).ok_or_else(|| {
        let kind = format!("a value of type {}", value.type_info().name());
        StorageError::other("reading a value", kind)
    })
}

fn read(value: &PgValueRef<'_>) -> Option<Cell> {
    let bytes = value.as_bytes().ok()?;
    if value.format() == PgValueFormat::Text {
        return text_of(bytes).map(Cell::Text);
    }
    let kind = value.type_info();
    match kind.name() {
        "BOOL" => Some(Cell::Int(i64::from(bytes != [0]))),
        "INT2" => bytes.try_into().ok().map(|bytes| Cell::Int(i16::from_be_bytes(bytes).into())),
        "INT4" => bytes.try_into().ok().map(|bytes| Cell::Int(i32::from_be_bytes(bytes).into())),
        "INT8" => bytes.try_into().ok().map(|bytes| Cell::Int(i64::from_be_bytes(bytes))),
        "FLOAT4" => bytes.try_into().ok().map(|bytes| number(f32::from_be_bytes(bytes).into())),
        "FLOAT8" => bytes.try_into().ok().map(|bytes| number(f64::from_be_bytes(bytes))),
        "NUMERIC" => numeric::text(bytes).map(|text| match text.parse() {
            Ok(whole) => Cell::Int(whole),
            Err(_) => text.parse().map_or(Cell::Text(text), number),
        }),
        "BYTEA" => Some(Cell::Blob(bytes.to_vec())),
        "JSONB" => {
            let document = bytes.strip_prefix(&[JSONB_VERSION])?;
            text_of(document).map(document_cell)
        }
        "TEXT" | "VARCHAR" | "CHAR" | "NAME" | "JSON" | "UNKNOWN" | "\"CHAR\"" => {
            text_of(bytes).map(Cell::Text)
        }
        "VOID" => Some(Cell::Null),
        _ => None,
    }
}

/// A document that is a scalar is what it says; lists and objects are their text.
fn document_cell(text: String) -> Cell {
    match text.as_bytes().first() {
        Some(b'[' | b'{') => Cell::Text(without_blanks(&text)),
        _ => match text.parse() {
            Ok(Json::String(inside)) => Cell::Text(inside),
            Ok(Json::Number(number)) => match number.as_i64() {
                Some(whole) => Cell::Int(whole),
                None => number.as_f64().map_or(Cell::Text(text), Cell::Real),
            },
            Ok(Json::Null) => Cell::Null,
            _ => Cell::Text(text),
        },
    }
}

fn text_of(bytes: &[u8]) -> Option<String> {
    String::from_utf8(bytes.to_vec()).ok()
}

/// A float, or the whole number that it is.
fn number(real: f64) -> Cell {
    if real.fract() != 0.0 || real.abs() > EXACT || (real == 0.0 && real.is_sign_negative()) {
        return Cell::Real(real);
    }
    #[expect(clippy::as_conversions, reason = "checked: whole and exact")]
    let whole = real as i64;
    Cell::Int(whole)
}

/// A document without the blanks that `jsonb` is printed with.
fn without_blanks(document: &str) -> String {
    let mut text = String::with_capacity(document.len());
    let (mut is_inside, mut is_escaped) = (false, false);
    for letter in document.chars() {
        if is_inside {
            is_inside = is_escaped || letter != '"';
            is_escaped = !is_escaped && letter == '\\';
        } else if letter == ' ' {
            continue;
        } else {
            is_inside = letter == '"';
        }
        text.push(letter);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_go_outside_of_texts_alone() {
        let text = r#"{"a b": [1, 2, "x, \" y"], "c": "\\", "d": {}}"#;
        assert_eq!(without_blanks(text), r#"{"a b":[1,2,"x, \" y"],"c":"\\","d":{}}"#);
    }

    #[test]
    fn whole_numbers_are_told_from_others() {
        assert_eq!(number(7.0), Cell::Int(7));
        assert_eq!(number(0.5), Cell::Real(0.5));
        assert_eq!(number(1e300), Cell::Real(1e300));
    }
}
