//! Values that a field can't have, put right.

use std::collections::BTreeMap;

use underpin_model::{Json, json_depth::is_text_too_deep};

use crate::{
    Cell,
    statement::Dialect,
    transfer::{CellKind, MovedRow, MovedTable, Unfit, check, formed},
};

/// What was changed in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Repair {
    /// The sign U+0000 was taken out, which PostgreSQL can't keep.
    Nul,
    /// Bytes that are no text became one.
    NoText,
    /// A value of another kind became what its field reads it as.
    OtherKind,
    /// A number that is none became 0.
    NoNumber,
    /// A whole number became the nearest that the database keeps.
    LargeNumber,
    /// A text became a list with that text.
    NoList,
    /// A text that is no JSON, or too deep, became a JSON string.
    NoDocument,
    /// A text that is no place became 0, 0.
    NoPlace,
}

/// Values of one column that were put right alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repaired {
    /// The column.
    pub column: String,
    /// What was changed.
    pub what: Repair,
    /// In how many rows.
    pub rows: u64,
    /// The first of them.
    pub first: String,
}

/// By column and repair: how many rows, and which is the first.
#[derive(Default)]
pub(super) struct Repairs(BTreeMap<(usize, Repair), (u64, String)>);

impl Repair {
    /// What was changed, as the rest of a sentence after the column's name.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Nul => "had the sign U+0000, which PostgreSQL can't keep: it was taken out",
            Self::NoText => "had bytes that are no UTF-8: they were replaced",
            Self::OtherKind => {
                "held a value of another kind: it is now what the field would read it as"
            }
            Self::NoNumber => "held a number that is none: it is 0 now",
            Self::LargeNumber => {
                "held a whole number with more digits than PostgreSQL keeps: it is the nearest now"
            }
            Self::NoList => "held a text that is no list: it is a list with that text now",
            Self::NoDocument => {
                "held a text that is no JSON, or has too many levels: it is a JSON string now"
            }
            Self::NoPlace => "held a text that is no place: it is 0, 0 now",
        }
    }
}

impl Repairs {
    pub(super) fn of(self, table: &MovedTable) -> Vec<Repaired> {
        let mut list = Vec::new();
        for ((place, what), (rows, first)) in self.0 {
            let Some(column) = table.columns.get(place) else { continue };
            list.push(Repaired { column: column.name.clone(), what, rows, first });
        }
        list
    }

    /// A row in the form that every value has on its way.
    pub(super) fn put_right(
        &mut self,
        table: &MovedTable,
        target: Dialect,
        row: MovedRow,
    ) -> MovedRow {
        let number = row.number;
        let name = table.columns.iter().position(|column| column.name == "id");
        let id = match name.and_then(|place| row.cells.get(place)) {
            Some(Cell::Text(id)) => id.escape_debug().to_string(),
            _ => number.to_string(),
        };
        let mut cells = Vec::with_capacity(row.cells.len());
        for ((place, column), cell) in table.columns.iter().enumerate().zip(row.cells) {
            if cell == Cell::Null {
                cells.push(empty(column.kind));
                continue;
            }
            // Bytes that are a text: the reference server writes some texts so.
            let cell = match cell {
                Cell::Blob(bytes) => match String::from_utf8(bytes) {
                    Ok(text) => Cell::Text(text),
                    Err(error) => Cell::Blob(error.into_bytes()),
                },
                other => other,
            };
            cells.push(right(column.kind, target, cell, |what| {
                self.0.entry((place, what)).or_insert_with(|| (0, id.clone())).0 += 1;
            }));
        }
        MovedRow { number, cells }
    }
}

/// Whether a document has more levels than are kept.
fn is_deep(kind: CellKind, cell: &Cell) -> bool {
    kind == CellKind::Document && matches!(cell, Cell::Text(text) if is_text_too_deep(text))
}

/// A value that its field can have, and word of what was changed.
fn right(kind: CellKind, target: Dialect, cell: Cell, mut told: impl FnMut(Repair)) -> Cell {
    // A document is looked at for both databases: pages of records are made of it.
    let strict = if kind == CellKind::Document { Dialect::Postgres } else { target };
    let mut cell = cell;
    // A value may have two faults, not more: bytes that are no text may be no list besides.
    for _ in 0..3 {
        let tried = formed(kind, cell.clone())
            .and_then(|formed| check(strict, kind, &formed).map(|()| formed))
            .and_then(
                |formed| if is_deep(kind, &formed) { Err(Unfit::NoDocument) } else { Ok(formed) },
            );
        let unfit = match tried {
            Ok(formed) => return formed,
            Err(unfit) => unfit,
        };
        let (what, repaired) = repaired(kind, unfit, cell);
        told(what);
        cell = repaired;
    }
    empty(kind)
}

fn repaired(kind: CellKind, unfit: Unfit, cell: Cell) -> (Repair, Cell) {
    match unfit {
        Unfit::Nul => (Repair::Nul, without_nul(cell)),
        Unfit::NoText => (Repair::NoText, Cell::Text(text_of(&cell))),
        Unfit::OtherKind => (Repair::OtherKind, cast(kind, &cell)),
        Unfit::NoNumber => (Repair::NoNumber, Cell::Int(0)),
        Unfit::LargeNumber => (Repair::LargeNumber, nearest(cell)),
        Unfit::NoList => (Repair::NoList, cast(CellKind::List, &cell)),
        Unfit::NoDocument => {
            (Repair::NoDocument, Cell::Text(Json::from(text_of(&cell)).to_string()))
        }
        Unfit::NoPlace => (Repair::NoPlace, empty(CellKind::Point)),
    }
}

/// What a column has that nothing is said of.
fn empty(kind: CellKind) -> Cell {
    match kind {
        CellKind::Text => Cell::Text(String::new()),
        CellKind::Whole | CellKind::Number | CellKind::Flag => Cell::Int(0),
        CellKind::List => Cell::Text("[]".to_owned()),
        CellKind::Document => Cell::Null,
        CellKind::Point => Cell::Text(r#"{"lon":0,"lat":0}"#.to_owned()),
    }
}

/// A value of another kind as a field of this kind reads it.
fn cast(kind: CellKind, cell: &Cell) -> Cell {
    let text = text_of(cell);
    match kind {
        CellKind::Text => Cell::Text(text),
        CellKind::Whole | CellKind::Number => {
            let number = text.trim().parse::<f64>().ok().filter(|number| number.is_finite());
            number.map_or(Cell::Int(0), Cell::Real)
        }
        CellKind::Flag => {
            let is_zero = text.trim().parse::<f64>().map(|number| number == 0.0);
            let is_true =
                is_zero.map_or_else(|_| text.trim().eq_ignore_ascii_case("true"), |zero| !zero);
            Cell::Int(i64::from(is_true))
        }
        CellKind::List => match serde_json::from_str::<Json>(&text) {
            _ if text.is_empty() => empty(kind),
            Ok(Json::Null) => empty(kind),
            Ok(items @ Json::Array(_)) => Cell::Text(items.to_string()),
            Ok(Json::String(item)) => Cell::Text(Json::from(vec![item]).to_string()),
            _ => Cell::Text(Json::from(vec![text]).to_string()),
        },
        CellKind::Document => Cell::Text(Json::from(text).to_string()),
        CellKind::Point => empty(kind),
    }
}

fn without_nul(cell: Cell) -> Cell {
    let Cell::Text(text) = cell else { return cell };
    match serde_json::from_str::<Vec<Json>>(&text) {
        Ok(items) if !text.contains('\0') => {
            let kept = items.into_iter().map(|item| match item {
                Json::String(item) => Json::from(item.replace('\0', "")),
                other => Json::from(other.to_string().replace("\\u0000", "")),
            });
            Cell::Text(Json::Array(kept.collect()).to_string())
        }
        _ => Cell::Text(text.replace('\0', "")),
    }
}

#[expect(clippy::as_conversions, reason = "the nearest float is asked for")]
fn nearest(cell: Cell) -> Cell {
    match cell {
        // A whole number would be taken for itself again.
        Cell::Int(number) => {
            let near = number as f64;
            let whole = near as i64;
            if whole == i64::MAX { Cell::Real(near) } else { Cell::Int(whole) }
        }
        other => other,
    }
}

fn text_of(cell: &Cell) -> String {
    match cell {
        Cell::Null => String::new(),
        Cell::Int(number) => number.to_string(),
        Cell::Real(number) => number.to_string(),
        Cell::Text(text) => text.clone(),
        Cell::Blob(bytes) => String::from_utf8_lossy(bytes).into_owned(),
    }
}
