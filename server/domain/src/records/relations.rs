//! Whether the records that a record points at exist.

use std::sync::Arc;

use sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement};
use underpin_model::{Collection, DomainResult, ErrorCode, ErrorTree, Field, Record, Value};

use super::reader::Reader;
use crate::schema::Snapshot;

/// Adds the errors of relation fields whose value is new and names records that are not there.
///
/// Before the write it is asked only where there are other errors, so that a refused record learns
/// of all of them at once; the write itself will look again.
pub(super) async fn check(
    reader: &mut Reader<'_>,
    snapshot: &Snapshot,
    before: Option<&Record>,
    after: &Record,
    errors: &mut ErrorTree,
) -> DomainResult<()> {
    if errors.is_empty() && !reader.is_within() {
        return Ok(());
    }
    for (field, value, target) in changed(snapshot, before, after) {
        let found = match target {
            Some(target) => reader.rows(&present(&target.name, value)).await?.len(),
            None => 0,
        };
        if found != value.as_texts().len() {
            errors.put(&field.name, ErrorCode::MissingRelation);
        }
    }
    Ok(())
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
