//! A record's row: the statements that write it.

use sea_query::{
    Alias, DeleteStatement, Expr, ExprTrait, InsertStatement, Query, SelectStatement,
    UpdateStatement,
};
use underpin_model::{Field, Record, Value};
use underpin_query::{Flavour, stored_cell};

/// The statement that adds a record's row.
pub(super) fn insert(flavour: &dyn Flavour, record: &Record) -> InsertStatement {
    let (columns, cells): (Vec<Alias>, Vec<Expr>) = record
        .cells()
        .map(|(field, value)| (Alias::new(&field.name), stored(flavour, field, value)))
        .unzip();
    Query::insert()
        .into_table(Alias::new(&record.collection().name))
        .columns(columns)
        .values_panic(cells)
        .to_owned()
}

/// The statement that brings a record's row from one state to another, or nothing when they
/// are the same.
pub(super) fn update(
    flavour: &dyn Flavour,
    before: &Record,
    after: &Record,
) -> Option<UpdateStatement> {
    let mut statement = Query::update();
    let mut changed = false;
    for ((_, old), (field, new)) in before.cells().zip(after.cells()) {
        if old != new {
            statement.value(Alias::new(&field.name), stored(flavour, field, new));
            changed = true;
        }
    }
    statement
        .table(Alias::new(&after.collection().name))
        .and_where(Expr::col(Alias::new("id")).eq(before.id()));
    changed.then_some(statement)
}

/// Selects the id of the row with an id: whether there is one.
pub(super) fn with_id(table: &str, id: &str) -> SelectStatement {
    Query::select()
        .column(Alias::new("id"))
        .from(Alias::new(table))
        .and_where(Expr::col(Alias::new("id")).eq(id))
        .to_owned()
}

/// The statement that removes a row.
pub(super) fn delete(table: &str, id: &str) -> DeleteStatement {
    Query::delete()
        .from_table(Alias::new(table))
        .and_where(Expr::col(Alias::new("id")).eq(id))
        .to_owned()
}

/// A value as its column keeps it: lists, documents and points are JSON text.
fn stored(flavour: &dyn Flavour, field: &Field, value: &Value) -> Expr {
    flavour.stored(field.column(), &stored_cell(value))
}
