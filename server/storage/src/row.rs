//! Rows as data: what a select gave, without the driver's types.

use std::sync::Arc;

use crate::{StorageError, StorageResult};

/// One value of a row.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A whole number; truth values are 0 and 1.
    Int(i64),
    /// A number.
    Real(f64),
    /// Text, JSON documents too.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Cell {
    /// The whole number that it is, be it in a text.
    pub(crate) fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Text(text) => text.parse().ok(),
            Self::Null | Self::Real(_) | Self::Blob(_) => None,
        }
    }
}

/// One row of a select. Columns go by the names that the select gave them.
#[derive(Clone, Debug)]
pub struct Row {
    names: Arc<[String]>,
    cells: Vec<Cell>,
}

#[derive(Debug, thiserror::Error)]
#[error("column `{column}` is not {wanted}")]
struct UnexpectedCell {
    column: String,
    wanted: &'static str,
}

impl Row {
    pub(crate) fn new(names: Arc<[String]>, cells: Vec<Cell>) -> Self {
        Self { names, cells }
    }

    /// The columns' names in their order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The values in the columns' order.
    pub fn cells(&self) -> &[Cell] {
        &self.cells
    }

    /// The values in the columns' order, taken.
    pub fn into_cells(self) -> Vec<Cell> {
        self.cells
    }

    /// A value by its column's name.
    pub fn cell(&self, column: &str) -> StorageResult<&Cell> {
        self.names
            .iter()
            .position(|name| name == column)
            .and_then(|at| self.cells.get(at))
            .ok_or_else(|| unexpected(column, "in the row"))
    }

    /// A text that is never null.
    pub fn text(&self, column: &str) -> StorageResult<&str> {
        self.optional_text(column)?.ok_or_else(|| unexpected(column, "a text"))
    }

    /// A text or null.
    pub fn optional_text(&self, column: &str) -> StorageResult<Option<&str>> {
        match self.cell(column)? {
            Cell::Null => Ok(None),
            Cell::Text(text) => Ok(Some(text)),
            _ => Err(unexpected(column, "a text")),
        }
    }

    /// A whole number that is never null.
    pub fn int(&self, column: &str) -> StorageResult<i64> {
        match self.cell(column)? {
            Cell::Int(number) => Ok(*number),
            _ => Err(unexpected(column, "a whole number")),
        }
    }

    /// A number that is never null, whole or not.
    pub fn real(&self, column: &str) -> StorageResult<f64> {
        match self.cell(column)? {
            Cell::Real(number) => Ok(*number),
            Cell::Int(number) => Ok(real_of(*number)),
            _ => Err(unexpected(column, "a number")),
        }
    }

    /// A truth value.
    pub fn bool(&self, column: &str) -> StorageResult<bool> {
        Ok(self.int(column)? != 0)
    }
}

#[expect(clippy::as_conversions, reason = "the nearest float is what is wanted of a large number")]
fn real_of(number: i64) -> f64 {
    number as f64
}

fn unexpected(column: &str, wanted: &'static str) -> StorageError {
    StorageError::Row(Arc::new(UnexpectedCell { column: column.to_owned(), wanted }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_column_or_another_kind_of_value_is_an_error_not_a_zero() {
        let names = Arc::from(["n".to_owned(), "t".to_owned()]);
        let row = Row::new(names, vec![Cell::Int(3), Cell::Null]);
        assert_eq!(row.int("n").unwrap(), 3);
        assert_eq!(row.real("n").unwrap(), 3.0);
        assert_eq!(row.optional_text("t").unwrap(), None);
        assert!(row.text("t").is_err());
        assert!(row.text("n").is_err());
        assert!(row.int("missing").is_err());
    }
}
