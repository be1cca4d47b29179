//! Whether the records that a record points at exist.

use std::sync::Arc;

use sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use underpin_model::{Collection, DomainResult, ErrorCode, ErrorTree, Field, Record, Value};
use underpin_storage::Transaction;

use crate::{Backend, schema::Snapshot};

/// Adds the relation errors to other errors, so that a refused record learns of all of them at
/// once. Without other errors nothing is asked: the write itself will look.
pub(super) async fn add_to(
    backend: &Backend,
    snapshot: &Snapshot,
    before: Option<&Record>,
    after: &Record,
    mut errors: ErrorTree,
) -> DomainResult<ErrorTree> {
    if errors.is_empty() {
        return Ok(errors);
    }
    for (field, value, target) in changed(snapshot, before, after) {
        let found = match target {
            Some(target) => backend.database.rows(&present(&target.name, value)).await?.len(),
            None => 0,
        };
        if found != value.as_texts().len() {
            errors.put(&field.name, ErrorCode::MissingRelation);
        }
    }
    Ok(errors)
}

/// Errors of relation fields whose value is new and names records that are not there.
pub(super) async fn check(
    tx: &mut Transaction,
    snapshot: &Snapshot,
    before: Option<&Record>,
    after: &Record,
) -> DomainResult<ErrorTree> {
    let mut errors = ErrorTree::default();
    for (field, value, target) in changed(snapshot, before, after) {
        let found = match target {
            Some(target) => tx.rows(&present(&target.name, value)).await?.len(),
            None => 0,
        };
        if found != value.as_texts().len() {
            errors.put(&field.name, ErrorCode::MissingRelation);
        }
    }
    Ok(errors)
}

/// Relation fields that name records and are not what they were, with the collection that they
/// point at.
fn changed<'a>(
    snapshot: &'a Snapshot,
    before: Option<&'a Record>,
    after: &'a Record,
) -> impl Iterator<Item = (&'a Field, &'a Value, Option<&'a Arc<Collection>>)> {
    after.cells().filter_map(move |(field, value)| {
        let relation = field.relation_options()?;
        let unchanged = before.and_then(|before| before.get(&field.name)) == Some(value);
        let idle = unchanged || value.as_texts().is_empty();
        (!idle).then(|| (field, value, snapshot.find(&relation.collection_id)))
    })
}

/// Selects those of the ids that are there.
fn present(table: &str, ids: &Value) -> SelectStatement {
    Query::select()
        .column(Alias::new("id"))
        .from(Alias::new(table))
        .and_where(Expr::col(Alias::new("id")).is_in(ids.as_texts().iter().map(String::as_str)))
        .to_owned()
}
