//! Looking through a table: how many rows there are, what they are, and what can't be moved.

use std::collections::BTreeMap;

use super::{
    batch::{BatchSize, MovedRow},
    digest::{Running, TableDigest},
    fit::{self, Unfit},
    form::formed,
    place::Place,
    snapshot::Snapshot,
    table::MovedTable,
};
use crate::{Cell, StorageResult, statement::Dialect};

/// What was found in a table.
#[derive(Clone, Debug)]
pub struct Look {
    /// Its rows.
    pub digest: TableDigest,
    /// What can't be moved, each as a sentence.
    pub problems: Vec<String>,
}

/// What can't be moved, by column and reason: how many rows, and which is the first.
type Found = BTreeMap<(usize, Unfit), (u64, String)>;

impl Snapshot {
    /// Looks through a table, whose rows are to be moved to a place; `told` hears how many rows
    /// were looked at.
    pub async fn look_through(
        &mut self,
        table: &MovedTable,
        target: &Place,
        told: &(dyn Fn(u64) + Sync),
    ) -> StorageResult<Look> {
        let dialect = target.dialect();
        let mut running = Running::default();
        let mut found = Found::new();
        let looking = self.each_batch(table, None, BatchSize::default(), async |batch| {
            let count = batch.rows.len();
            for row in batch.rows {
                running.add(&look_at(table, row, dialect, &mut found));
            }
            told(u64::try_from(count).unwrap_or_default());
            Ok(())
        });
        looking.await?;
        let problems = found.into_iter().map(|(what, rows)| sentence(table, what, rows)).collect();
        Ok(Look { digest: running.end(), problems })
    }
}

/// Names of a table that a place can't have, each as a sentence.
pub fn problems_of_names(table: &MovedTable, target: &Place) -> Vec<String> {
    fit::check_names(target.dialect(), table)
}

/// The row in its form. What has none is noted, and left out.
fn look_at(table: &MovedTable, row: MovedRow, target: Dialect, found: &mut Found) -> MovedRow {
    let name = row.cells.first().cloned().unwrap_or(Cell::Null);
    let number = row.number;
    let mut cells = Vec::with_capacity(row.cells.len());
    for ((place, column), cell) in table.columns.iter().enumerate().zip(row.cells) {
        let form = formed(column.kind, cell)
            .and_then(|cell| fit::check(target, column.kind, &cell).map(|()| cell));
        cells.push(form.unwrap_or_else(|unfit| {
            let first = || match &name {
                Cell::Text(id) => id.escape_debug().to_string(),
                _ => number.to_string(),
            };
            found.entry((place, unfit)).or_insert_with(|| (0, first())).0 += 1;
            Cell::Null
        }));
    }
    MovedRow { number, cells }
}

fn sentence(table: &MovedTable, what: (usize, Unfit), rows: (u64, String)) -> String {
    let ((place, unfit), (count, first)) = (what, rows);
    let column = table.columns.get(place).map_or("", |column| column.name.as_str());
    let many = match count {
        1 => format!("in the record {first}"),
        _ => format!("in {count} records, the first is {first}"),
    };
    format!("\"{column}\" of \"{}\" {unfit} ({many})", table.name)
}
