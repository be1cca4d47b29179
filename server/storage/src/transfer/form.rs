//! The one form that a value has on its way, whichever database it comes from: as the server
//! itself would write it.

use underpin_model::{Json, Value, json_number::number_to_json};
use underpin_query::stored_text;

use super::{fit::Unfit, table::CellKind};
use crate::Cell;

/// Past these a float is no whole number that fits.
const WHOLE_LIMIT: f64 = 9_223_372_036_854_774_784.0;

/// A value in its form, or why it has none.
pub(crate) fn formed(kind: CellKind, cell: Cell) -> Result<Cell, Unfit> {
    Ok(match (kind, cell) {
        (_, Cell::Null) => Cell::Null,
        (CellKind::Text, cell @ Cell::Text(_))
        | (CellKind::Whole | CellKind::Number, cell @ Cell::Int(_)) => cell,
        (CellKind::Flag, Cell::Int(flag)) if flag == 0 || flag == 1 => Cell::Int(flag),
        (CellKind::Number, Cell::Real(real)) => number(real)?,
        (CellKind::List, Cell::Text(text)) => list(text)?,
        (CellKind::Point, Cell::Text(text)) => point(&text)?,
        (CellKind::Document, Cell::Int(whole)) => Cell::Text(whole.to_string()),
        (CellKind::Document, Cell::Real(real)) => document_of(real)?,
        (CellKind::Document, Cell::Text(text)) => document(text)?,
        (_, Cell::Blob(_)) => return Err(Unfit::NoText),
        _ => return Err(Unfit::OtherKind),
    })
}

/// A number as a column of numbers keeps it: whole when it is.
fn number(real: f64) -> Result<Cell, Unfit> {
    if real.is_nan() {
        return Err(Unfit::NoNumber);
    }
    if real.fract() != 0.0 || real.abs() > WHOLE_LIMIT {
        return Ok(Cell::Real(real));
    }
    #[expect(clippy::as_conversions, reason = "checked: whole and within the range of i64")]
    let whole = real as i64;
    Ok(Cell::Int(whole))
}

/// A list without needless blanks and escapes.
fn list(text: String) -> Result<Cell, Unfit> {
    if text == "[]" {
        return Ok(Cell::Text(text));
    }
    let items: Vec<Json> = serde_json::from_str(&text).map_err(|_| Unfit::NoList)?;
    Ok(Cell::Text(Json::from(items).to_string()))
}

/// A place, longitude first.
fn point(text: &str) -> Result<Cell, Unfit> {
    let place: Json = serde_json::from_str(text).map_err(|_| Unfit::NoPlace)?;
    let part = |name: &str| place.get(name).and_then(Json::as_f64).ok_or(Unfit::NoPlace);
    let value = Value::Point { lon: part("lon")?, lat: part("lat")? };
    Ok(Cell::Text(stored_text(&value)))
}

/// A document as it was written, but for one that is a number: SQLite keeps it as such, and has
/// forgotten how it was written.
fn document(text: String) -> Result<Cell, Unfit> {
    let is_number = |first: &u8| first.is_ascii_digit() || *first == b'-';
    if !text.as_bytes().first().is_some_and(is_number) {
        return Ok(Cell::Text(text));
    }
    let number: serde_json::Number = serde_json::from_str(&text).map_err(|_| Unfit::NoDocument)?;
    match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => Ok(Cell::Text(whole.to_string())),
        (None, Some(real)) => document_of(real),
        (None, None) => Err(Unfit::NoDocument),
    }
}

fn document_of(real: f64) -> Result<Cell, Unfit> {
    match number(real)? {
        Cell::Int(whole) => Ok(Cell::Text(whole.to_string())),
        _ if real.is_finite() => Ok(Cell::Text(number_to_json(real).to_string())),
        _ => Err(Unfit::NoDocument),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(kind: CellKind, cell: Cell) -> String {
        match formed(kind, cell) {
            Ok(Cell::Text(text)) => text,
            other => panic!("{other:?}"),
        }
    }

    fn of(kind: CellKind, from: &str) -> String {
        text(kind, Cell::Text(from.to_owned()))
    }

    #[test]
    fn one_value_has_one_form_wherever_it_comes_from() {
        assert_eq!(formed(CellKind::Number, Cell::Real(-0.0)), Ok(Cell::Int(0)));
        assert_eq!(formed(CellKind::Number, Cell::Real(1e15)), Ok(Cell::Int(10_i64.pow(15))));
        assert_eq!(formed(CellKind::Number, Cell::Real(0.1)), Ok(Cell::Real(0.1)));
        assert_eq!(of(CellKind::List, r#"["a", "\u00fc\/"]"#), r#"["a","ü/"]"#);
        assert_eq!(of(CellKind::Point, r#"{"lat": 2.50, "lon": -1}"#), r#"{"lon":-1,"lat":2.5}"#);
        assert_eq!(of(CellKind::Document, "1.50"), "1.5");
        assert_eq!(text(CellKind::Document, Cell::Real(1.5)), "1.5");
        assert_eq!(text(CellKind::Document, Cell::Int(100)), of(CellKind::Document, "1e2"));
        let large = of(CellKind::Document, "18446744073709551615");
        assert_eq!(large, text(CellKind::Document, Cell::Real(18_446_744_073_709_551_615.0)));
    }

    #[test]
    fn a_document_stays_as_it_was_written() {
        for document in [r#"{"b": 1.50, "a": [ ]}"#, "\"1.50\"", "null", "true"] {
            assert_eq!(of(CellKind::Document, document), document);
        }
    }

    #[test]
    fn a_value_of_another_kind_is_told() {
        for (kind, cell) in [
            (CellKind::Text, Cell::Int(1)),
            (CellKind::Flag, Cell::Int(2)),
            (CellKind::Number, Cell::Text("x".into())),
        ] {
            assert_eq!(formed(kind, cell), Err(Unfit::OtherKind));
        }
        assert_eq!(formed(CellKind::Text, Cell::Blob(vec![0xff])), Err(Unfit::NoText));
    }
}
