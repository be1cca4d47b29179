//! Values that are known before the statement runs.

use sea_query::Expr;

use super::side::cast;
use crate::cell::{Affinity, Cell};

/// A text as PostgreSQL can hold it: it has no U+0000.
pub(super) fn storable(text: &str) -> String {
    text.replace('\0', "\u{1}")
}

/// A document as `jsonb` can hold it, likewise.
pub(super) fn storable_document(text: &str) -> String {
    // An escaped backslash before it would make it plain text; no list or place has either.
    text.replace("\\u0000", "\\u0001")
}

/// A document's text. One that is a number beyond the whole ones is a real.
pub(super) fn document(stored: &Cell) -> Option<String> {
    match stored.as_numeric() {
        Cell::Real(real) => Some(underpin_model::Json::from(real).to_string()),
        _ => stored.to_text(),
    }
}

/// The value beside a number.
pub(super) fn numeric(cell: &Cell) -> Cell {
    cell.as_numeric()
}

/// The number that it is.
pub(super) fn real(cell: &Cell) -> Option<f64> {
    match cell {
        #[expect(clippy::as_conversions, reason = "the nearest real is meant")]
        Cell::Integer(integer) => Some(*integer as f64),
        Cell::Real(real) => Some(*real),
        Cell::Null | Cell::Text(_) => None,
    }
}

/// The value as a scalar, a `jsonb` that the functions compare.
pub(super) fn scalar(cell: &Cell) -> Expr {
    let text = match cell {
        Cell::Null => return cast(Expr::null(), "jsonb"),
        Cell::Text(text) => underpin_model::Json::from(storable(text)).to_string(),
        Cell::Integer(integer) => integer.to_string(),
        Cell::Real(real) if real.is_infinite() => {
            if *real > 0.0 {
                "1e309".to_owned()
            } else {
                "-1e309".to_owned()
            }
        }
        Cell::Real(real) if real.fract() == 0.0 => format!("{real}.0"),
        Cell::Real(real) => real.to_string(),
    };
    cast(Expr::val(text), "jsonb")
}

/// Whether the last sign of a pattern is an escape with nothing after it.
pub(super) fn ends_in_escape(pattern: &str) -> bool {
    pattern.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1
}

/// A known value among those that a column can hold: one of them, or what lies just above one.
pub(super) struct Mark<T> {
    /// The largest value of the column's kind that is not larger.
    pub(super) value: T,
    /// Whether that is the value itself.
    pub(super) is_exact: bool,
}

/// A number among reals.
pub(super) fn mark_of_number(cell: &Cell) -> Option<Mark<f64>> {
    let nearest = real(cell).filter(|real| !real.is_nan())?;
    let order = cell.compare(Affinity::None, &Cell::Real(nearest), Affinity::None)?;
    Some(Mark {
        value: if order.is_lt() { nearest.next_down() } else { nearest },
        is_exact: order.is_eq(),
    })
}

/// A text among those without U+0000.
pub(super) fn mark_of_text(text: &str) -> Mark<String> {
    match text.split_once('\0') {
        Some((start, _)) => Mark { value: start.to_owned(), is_exact: false },
        None => Mark { value: text.to_owned(), is_exact: true },
    }
}
