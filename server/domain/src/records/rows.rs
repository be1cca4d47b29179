//! A record's row: the statements that write it.

use sea_query::{
    Alias, CaseStatement, DeleteStatement, Expr, ExprTrait, InsertStatement, Query,
    SelectStatement, UpdateStatement,
};
use underpin_model::{Field, Record, Value};
use underpin_query::{Flavour, possible_id, stored_cell};

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
        .and_where(Expr::col(Alias::new("id")).eq(possible_id(id)))
        .to_owned()
}

/// The statement that gives one field of records another value each, given as they were and as
/// they are to be.
pub(super) fn update_field(
    flavour: &dyn Flavour,
    field: &Field,
    pairs: &[(Record, Record)],
) -> Option<UpdateStatement> {
    let (_, first) = pairs.first()?;
    let column = Alias::new(&field.name);
    let id = || Expr::col(Alias::new("id"));
    let mut values = CaseStatement::new();
    for (_, record) in pairs {
        let value = stored(flavour, field, record.get(&field.name)?);
        values = values.case(id().eq(record.id()), value);
    }
    let mut statement = Query::update();
    statement
        .table(Alias::new(&first.collection().name))
        .value(column.clone(), values.finally(Expr::col(column)))
        .and_where(id().is_in(pairs.iter().map(|(_, record)| record.id())));
    Some(statement)
}

/// The statement that removes the rows of records of one collection.
pub(super) fn delete(records: &[Record]) -> Option<DeleteStatement> {
    let table = &records.first()?.collection().name;
    let ids = records.iter().map(Record::id);
    let mut statement = Query::delete();
    statement.from_table(Alias::new(table)).and_where(Expr::col(Alias::new("id")).is_in(ids));
    Some(statement)
}

/// A value as its column keeps it: lists, documents and points are JSON text.
fn stored(flavour: &dyn Flavour, field: &Field, value: &Value) -> Expr {
    flavour.stored(field.column(), &stored_cell(value))
}
