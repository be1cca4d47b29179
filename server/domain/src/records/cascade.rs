//! What happens to records that point at a deleted one.

use std::sync::Arc;

use underpin_model::{Collection, DomainError, DomainResult, Field, Record, Value};
use underpin_storage::Transaction;

use super::{changes, plans, rows, update::parse_all};
use crate::{Backend, OpContext, schema::Snapshot};

/// Most records that one deletion, or one write of a truncation, may touch; beyond it the deletion is refused as a whole.
pub(super) const MAX_TOUCHED: u64 = 200_000;

/// What a deletion works with.
pub(super) struct Trip<'a> {
    pub(super) backend: &'a Backend,
    pub(super) snapshot: &'a Snapshot,
    pub(super) ctx: &'a OpContext,
}

/// Deletes a record with everything that depends on it, and unsets what merely points at it.
///
/// Answers with the deleted records, so that their files can go once the write stands.
///
/// # Errors
/// `Invalid` when a required relation without cascade points at the record.
pub(super) async fn delete_all(
    tx: &mut Transaction,
    trip: &Trip<'_>,
    first: Record,
) -> DomainResult<Vec<Record>> {
    let mut waiting = vec![first];
    let mut deleted: Vec<Record> = Vec::new();
    let mut touched = 0_u64;
    while let Some(record) = waiting.pop() {
        let (table, id) = (record.collection().name.clone(), record.id().to_owned());
        if tx.execute(&rows::delete(&table, &id)).await? == 0 {
            continue;
        }
        changes::deleted(tx, trip.ctx, &record).await?;
        for (collection, field) in pointing_at(trip.snapshot, record.collection()) {
            let wanted = (field.name.as_str(), id.as_str());
            let select = plans::stored_by_value(
                trip.backend,
                trip.snapshot,
                &collection,
                wanted,
                MAX_TOUCHED + 1,
            )?;
            let text = tx.text(&select).await?;
            for other in parse_all(&collection, text)? {
                touched += 1;
                if touched > MAX_TOUCHED {
                    return Err(DomainError::bad_request("Too many records depend on this one."));
                }
                match without(&other, &field, &id) {
                    Some(rest) => unset(tx, trip, &other, rest).await?,
                    None => waiting.push(other),
                }
            }
        }
        deleted.push(record);
    }
    Ok(deleted)
}

/// Relations to a collection, its own included.
pub(super) fn pointing_at(
    snapshot: &Snapshot,
    target: &Collection,
) -> Vec<(Arc<Collection>, Field)> {
    let mut found = Vec::new();
    for collection in snapshot.collections().iter().filter(|collection| !collection.is_view()) {
        for (field, id) in collection.relations() {
            if id == target.id {
                found.push((Arc::clone(collection), field.clone()));
            }
        }
    }
    found
}

/// The record without the id in its relation, or nothing when it has to go too.
fn without(record: &Record, field: &Field, id: &str) -> Option<Record> {
    let relation = field.relation_options()?;
    let left: Vec<String> =
        record.get(&field.name)?.as_texts().iter().filter(|other| *other != id).cloned().collect();
    if relation.cascade_delete && left.is_empty() {
        return None;
    }
    let mut rest = record.clone();
    let value = if field.is_multiple() { Value::List(left) } else { Value::Text(String::new()) };
    rest.set(&field.name, value);
    Some(rest)
}

/// Writes a record that points at a deleted one no more.
///
/// # Errors
/// `Invalid` when the relation is required.
pub(super) async fn unset(
    tx: &mut Transaction,
    trip: &Trip<'_>,
    before: &Record,
    after: Record,
) -> DomainResult<()> {
    let emptied = after.cells().any(|(field, value)| {
        field.required && field.relation_options().is_some() && field.is_unset(value)
    });
    if emptied {
        return Err(DomainError::bad_request(
            "The record is in use: another one has a required relation to it.",
        ));
    }
    if let Some(statement) = rows::update(trip.backend.database.flavour(), before, &after) {
        tx.execute(&statement).await?;
        changes::updated(tx, trip.ctx, before, &after).await?;
    }
    Ok(())
}
