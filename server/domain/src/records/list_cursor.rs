//! Cursors of lists: where a page ended, as clients hold it.
//!
//! A cursor is base64url of a JSON array: the collection's id, the sort it belongs to, and the
//! sort values of the last record of its page. It holds nothing that its page did not show or could
//! not be sorted by.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use underpin_model::{DomainError, DomainResult, Json};
use underpin_query::Cell;
use underpin_storage::{Cell as StoredCell, Row};

/// Longest cursor, in bytes: it has to fit into an URL.
const MAX_BYTES: usize = 6_000;

/// Where a page starts.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CursorAsk {
    /// The cursor of the page before; empty for the first page.
    pub text: String,
    /// The sort as it was asked for.
    pub sort: String,
}

impl CursorAsk {
    /// The sort values behind which the page starts; nothing for the first page.
    ///
    /// # Errors
    /// `Invalid` for what is no cursor, or one of another collection or sort.
    pub(super) fn after(&self, collection_id: &str) -> DomainResult<Option<Vec<Cell>>> {
        if self.text.is_empty() {
            return Ok(None);
        }
        let parsed = (self.text.len() <= MAX_BYTES).then(|| parse(&self.text)).flatten();
        match parsed {
            Some((of, sort, cells)) if of == collection_id && sort == self.sort => Ok(Some(cells)),
            Some(_) => {
                Err(DomainError::bad_request("The cursor is of another collection or sort."))
            }
            None => Err(DomainError::bad_request("The cursor can't be read.")),
        }
    }

    /// The cursor behind a row, whose columns after the first are its sort values.
    ///
    /// # Errors
    /// `Invalid` when the values are too long for a cursor.
    pub(super) fn behind(&self, collection_id: &str, row: &Row) -> DomainResult<String> {
        let cells: Vec<Json> = row.cells().iter().skip(1).map(to_json).collect();
        let text = json!([collection_id, self.sort, cells]).to_string();
        let cursor = URL_SAFE_NO_PAD.encode(text);
        if cursor.len() > MAX_BYTES {
            let reason = "The values sorted by are too long for a cursor: sort by a shorter field.";
            return Err(DomainError::bad_request(reason));
        }
        Ok(cursor)
    }
}

fn parse(text: &str) -> Option<(String, String, Vec<Cell>)> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (collection, sort, cells): (String, String, Vec<Json>) =
        serde_json::from_slice(&bytes).ok()?;
    let cells: Option<Vec<Cell>> = cells.iter().map(from_json).collect();
    Some((collection, sort, cells?))
}

/// Reals go by their bits, so that the very same number comes back.
fn to_json(cell: &StoredCell) -> Json {
    match cell {
        StoredCell::Null | StoredCell::Blob(_) => Json::Null,
        StoredCell::Int(number) => json!(number),
        StoredCell::Real(number) => json!([number.to_bits()]),
        StoredCell::Text(text) => json!(text),
    }
}

fn from_json(json: &Json) -> Option<Cell> {
    match json {
        Json::Null => Some(Cell::Null),
        Json::String(text) => Some(Cell::Text(text.clone())),
        Json::Number(number) => number.as_i64().map(Cell::Integer),
        Json::Array(bits) => match bits.as_slice() {
            [bits] => {
                Some(f64::from_bits(bits.as_u64()?)).filter(|real| real.is_finite()).map(Cell::Real)
            }
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_come_back_as_they_were() {
        let cells = [
            (StoredCell::Null, Cell::Null),
            (StoredCell::Int(i64::MIN), Cell::Integer(i64::MIN)),
            (StoredCell::Real(0.1 + 0.2), Cell::Real(0.1 + 0.2)),
            (StoredCell::Text("ü\"'".to_owned()), Cell::Text("ü\"'".to_owned())),
        ];
        for (stored, cell) in cells {
            assert_eq!(from_json(&to_json(&stored)), Some(cell));
        }
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        let encoded = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let long = "x".repeat(MAX_BYTES + 1);
        let not_finite = encoded(&json!(["c", "", [[f64::NAN.to_bits()]]]).to_string());
        for text in ["?", "abc", &encoded("[]"), &encoded("[\"c\",\"\",[{}]]"), &not_finite, &long]
        {
            let ask = CursorAsk { text: text.to_owned(), sort: String::new() };
            assert!(ask.after("c").is_err(), "{text}");
        }
        let other = encoded("[\"other\",\"\",[1]]");
        assert!(CursorAsk { text: other, sort: String::new() }.after("c").is_err());
        let good = encoded("[\"c\",\"\",[1]]");
        let after = CursorAsk { text: good, sort: String::new() }.after("c").unwrap();
        assert_eq!(after, Some(vec![Cell::Integer(1)]));
    }
}
