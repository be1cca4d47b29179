//! No row that has an item is ever missing, whatever was written, kept and undone in between.

use std::collections::BTreeMap;

use proptest::prelude::*;
use sea_query::{Expr, ExprTrait, Order, Query};
use tempfile::TempDir;
use underpin_query::{Flavour, SqliteFlavour};

use super::super::{COMMIT, ROLLBACK, SqliteOptions, SqliteWriter, UNDO_UNIT};
use crate::{RowSet, statement::Statement};

/// What is done one after the other.
#[derive(Clone, Debug)]
enum Step {
    Put {
        row: i64,
        items: Vec<u8>,
    },
    Remove {
        row: i64,
    },
    /// Takes an item out of every list.
    Release {
        item: u8,
    },
    Ask {
        item: u8,
    },
    Commit,
    /// Ends a unit that stays; the next one can be undone alone.
    Keep,
    UndoUnit,
    UndoAll,
    /// Another process writes between two transactions.
    WriteElsewhere {
        row: i64,
        items: Vec<u8>,
    },
}

type Rows = BTreeMap<i64, Vec<u8>>;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let row = 1_i64..7;
    let items = || prop::collection::vec(0_u8..4, 0..3);
    let step = prop_oneof![
        4 => (row.clone(), items()).prop_map(|(row, items)| Step::Put { row, items }),
        1 => row.clone().prop_map(|row| Step::Remove { row }),
        1 => (0_u8..4).prop_map(|item| Step::Release { item }),
        5 => (0_u8..4).prop_map(|item| Step::Ask { item }),
        1 => Just(Step::Commit),
        1 => Just(Step::Keep),
        1 => Just(Step::UndoUnit),
        1 => Just(Step::UndoAll),
        1 => (row, items()).prop_map(|(row, items)| Step::WriteElsewhere { row, items }),
    ];
    prop::collection::vec(step, 1..60)
}

fn list(items: &[u8]) -> String {
    let texts: Vec<String> = items.iter().map(|item| format!("\"i{item}\"")).collect();
    format!("[{}]", texts.join(","))
}

fn put(writer: &mut SqliteWriter, row: i64, items: &[u8]) {
    let mut insert = Query::insert();
    insert.replace().into_table("t").columns(["rowid", "list"]);
    insert.values_panic([row.into(), list(items).into()]);
    writer.execute(&Statement::sqlite(&insert)).unwrap();
}

/// The rows that were answered and have the item.
fn ask(writer: &mut SqliteWriter, item: u8) -> Vec<i64> {
    let items = [format!("i{item}")];
    let rows = writer.rows_with_item("t", "list", &items).unwrap();
    let has_item = SqliteFlavour.list_without(Expr::col("list"), &items).unwrap().is_not_null();
    let select = Query::select()
        .column("rowid")
        .from("t")
        .and_where(rows.has_row())
        .and_where(has_item)
        .order_by_expr(RowSet::order(), Order::Asc)
        .take();
    let found = writer.rows(&Statement::sqlite(&select)).unwrap();
    found.iter().map(|row| row.int("rowid").unwrap()).collect()
}

fn release(writer: &mut SqliteWriter, item: u8) {
    let all = RowSet::new((0..=255).collect());
    writer.take_out("t", "list", &all, &[format!("i{item}")], true).unwrap();
}

fn run(steps: Vec<Step>) {
    let directory = TempDir::new().unwrap();
    let options = SqliteOptions::in_directory(directory.path());
    options.prepare_file().unwrap();
    let mut writer = options.connect_writer().unwrap();
    writer.script("CREATE TABLE t (list JSON)").unwrap();
    let mut elsewhere = options.connect_writer().unwrap();
    // As committed, as kept, as it is.
    let [mut committed, mut kept, mut now] = [Rows::new(), Rows::new(), Rows::new()];
    writer.begin().unwrap();
    let mut has_savepoint = false;
    for step in steps {
        match step {
            Step::Put { row, items } => {
                put(&mut writer, row, &items);
                now.insert(row, items);
            }
            Step::Remove { row } => {
                let mut delete = Query::delete();
                delete.from_table("t").and_where(Expr::col("rowid").eq(row));
                writer.execute(&Statement::sqlite(&delete)).unwrap();
                now.remove(&row);
            }
            Step::Release { item } => {
                release(&mut writer, item);
                now.values_mut().for_each(|items| items.retain(|other| *other != item));
            }
            Step::Ask { item } => {
                let with_item = now.iter().filter(|(_, items)| items.contains(&item));
                let expected: Vec<i64> = with_item.map(|(row, _)| *row).collect();
                assert_eq!(ask(&mut writer, item), expected);
            }
            Step::Keep => {
                writer.set_savepoint(has_savepoint).unwrap();
                has_savepoint = true;
                kept = now.clone();
            }
            Step::UndoUnit if has_savepoint => {
                writer.command(UNDO_UNIT).unwrap();
                now = kept.clone();
            }
            Step::UndoUnit | Step::UndoAll => {
                writer.command(ROLLBACK).unwrap();
                writer.begin().unwrap();
                has_savepoint = false;
                now = committed.clone();
            }
            Step::Commit | Step::WriteElsewhere { .. } => {
                writer.command(COMMIT).unwrap();
                if let Step::WriteElsewhere { row, items } = step {
                    put(&mut elsewhere, row, &items);
                    now.insert(row, items);
                }
                writer.begin().unwrap();
                has_savepoint = false;
                committed = now.clone();
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn rows_with_an_item_are_never_missing(steps in steps()) {
        run(steps);
    }
}
