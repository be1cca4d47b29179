//! Why a value, or a name, can't be moved.

use super::table::{CellKind, MovedTable};
use crate::{Cell, statement::Dialect};

/// Longest name that PostgreSQL takes, in bytes.
const MAX_NAME: usize = 63;

/// Why a value can't be moved. The text goes on after the name of its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub(crate) enum Unfit {
    /// A NUL in a text.
    #[error("has the sign U+0000, which PostgreSQL can't keep")]
    Nul,
    /// Bytes that are no text.
    #[error("has bytes that are no UTF-8")]
    NoText,
    /// A value of another kind than the column's.
    #[error("holds a value of another kind than its field")]
    OtherKind,
    /// A number that is none.
    #[error("holds a number that is none (NaN)")]
    NoNumber,
    /// A number with too many digits.
    #[error("holds a whole number with more digits than PostgreSQL keeps of it")]
    LargeNumber,
    /// A list that is none.
    #[error("holds a text that is no list in JSON")]
    NoList,
    /// A document that is none.
    #[error("holds a text that is no JSON")]
    NoDocument,
    /// A place that is none.
    #[error("holds a text that is no place in JSON")]
    NoPlace,
}

/// Why a database can't keep a value that has its form, if it can't.
pub(crate) fn check(target: Dialect, kind: CellKind, cell: &Cell) -> Result<(), Unfit> {
    if target == Dialect::Sqlite {
        return Ok(());
    }
    match (kind, cell) {
        (CellKind::Number, Cell::Int(number)) if !is_exact(*number) => Err(Unfit::LargeNumber),
        (CellKind::Text, Cell::Text(text)) if has_nul(text) => Err(Unfit::Nul),
        // As an escape, which a backslash before would undo: lists are printed by ourselves.
        (CellKind::List, Cell::Text(text)) if text.contains("\\u0000") && list_has_nul(text) => {
            Err(Unfit::Nul)
        }
        (CellKind::Document, Cell::Text(text)) => {
            serde_json::from_str::<serde::de::IgnoredAny>(text)
                .map(drop)
                .map_err(|_| Unfit::NoDocument)
        }
        _ => Ok(()),
    }
}

/// Names of a table that a database can't have, each as a sentence.
pub(super) fn check_names(target: Dialect, table: &MovedTable) -> Vec<String> {
    if target == Dialect::Sqlite {
        return Vec::new();
    }
    let too_long = |name: &str| name.len() > MAX_NAME;
    let mut found = Vec::new();
    if too_long(&table.name) {
        found.push(format!("the name of \"{}\" is longer than 63 bytes", table.name));
    }
    for column in table.columns.iter().filter(|column| too_long(&column.name)) {
        found.push(format!(
            "the name of \"{}\" of \"{}\" is longer than 63 bytes",
            column.name, table.name
        ));
    }
    found
}

fn has_nul(text: &str) -> bool {
    text.as_bytes().contains(&0)
}

fn list_has_nul(text: &str) -> bool {
    let items: Vec<underpin_model::Json> = serde_json::from_str(text).unwrap_or_default();
    items.iter().any(|item| item.as_str().is_none_or(has_nul))
}

/// Whether a float is this very number.
fn is_exact(number: i64) -> bool {
    #[expect(clippy::as_conversions, reason = "the nearest float is asked for")]
    let nearest = number as f64;
    #[expect(clippy::as_conversions, reason = "it saturates, which is no equal number either")]
    let back = nearest as i64;
    back == number && number != i64::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on_postgres(kind: CellKind, text: &str) -> Result<(), Unfit> {
        check(Dialect::Postgres, kind, &Cell::Text(text.to_owned()))
    }

    #[test]
    fn what_postgres_refuses_is_found() {
        assert_eq!(on_postgres(CellKind::Text, "a\0b"), Err(Unfit::Nul));
        assert_eq!(on_postgres(CellKind::List, r#"["a\u0000"]"#), Err(Unfit::Nul));
        assert_eq!(on_postgres(CellKind::List, r#"["a\\u0000"]"#), Ok(()));
        assert_eq!(on_postgres(CellKind::Document, "{"), Err(Unfit::NoDocument));
        assert_eq!(on_postgres(CellKind::Document, r#"{"a": "\u0000"}"#), Ok(()));
        let number = |number| check(Dialect::Postgres, CellKind::Number, &Cell::Int(number));
        assert_eq!(number(9_007_199_254_740_993), Err(Unfit::LargeNumber));
        assert_eq!(number(9_007_199_254_740_994), Ok(()));
        assert_eq!(number(i64::MAX), Err(Unfit::LargeNumber));
    }

    #[test]
    fn sqlite_takes_all_of_it() {
        for text in ["a\0b", "{"] {
            let cell = Cell::Text(text.to_owned());
            assert_eq!(check(Dialect::Sqlite, CellKind::Text, &cell), Ok(()));
        }
    }
}
