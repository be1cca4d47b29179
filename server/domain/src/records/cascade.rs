//! What happens to records that point at a deleted one.

use std::sync::Arc;

use underpin_model::{Collection, DomainError, DomainResult, Field, Record, Value};
use underpin_storage::Transaction;

use super::{changes, dependents::Dependents, plans, rows, update::parse_all};
use crate::{Backend, OpContext, schema::Snapshot};

/// Most records that one deletion, or one write of a truncation, may touch; beyond it the deletion
/// is refused as a whole.
pub(super) const MAX_TOUCHED: u64 = 200_000;

/// Records that are looked for, or removed, together.
const WAVE: usize = 500;
/// Records whose relation is written together: the value of each is looked up among all.
const MAX_UPDATED: usize = 32;

/// What a deletion works with.
pub(super) struct Trip<'a> {
    pub(super) backend: &'a Backend,
    pub(super) snapshot: &'a Snapshot,
    pub(super) ctx: &'a OpContext,
}

/// Deletes records of one collection with everything that depends on them, and unsets what merely
/// points at them.
///
/// Answers with the deleted records that may have files, so that these can go once the write
/// stands, and with the number of all that were deleted.
///
/// # Errors
/// `Invalid` when a required relation without cascade points at one of the records.
pub(super) async fn delete_all(
    tx: &mut Transaction,
    trip: &Trip<'_>,
    first: Vec<Record>,
) -> DomainResult<Deleted> {
    let mut deletion =
        Deletion { trip, waves: Vec::new(), deleted: Deleted::default(), touched: 0 };
    deletion.remove(tx, first).await?;
    while let Some((target, ids)) = deletion.waves.pop() {
        for (collection, field) in pointing_at(trip.snapshot, &target) {
            for ids in ids.chunks(WAVE) {
                deletion.release(tx, &collection, &field, ids).await?;
            }
        }
    }
    Ok(deletion.deleted)
}

/// What a deletion has deleted.
#[derive(Default)]
pub(super) struct Deleted {
    /// Those whose files are to go; others may be missing.
    pub(super) records: Vec<Record>,
    pub(super) count: u64,
}

impl Deleted {
    pub(super) fn add(&mut self, records: Vec<Record>) {
        self.count += count(&records);
        self.records.extend(records);
    }

    pub(super) fn absorb(&mut self, more: Self) {
        self.count += more.count;
        self.records.extend(more.records);
    }
}

/// A deletion under way.
struct Deletion<'t> {
    trip: &'t Trip<'t>,
    /// Records that are gone, by collection, whose dependents are still to be looked for.
    waves: Vec<(Arc<Collection>, Vec<String>)>,
    deleted: Deleted,
    touched: u64,
}

impl Deletion<'_> {
    /// Removes records of one collection. From then on nobody finds them.
    async fn remove(&mut self, tx: &mut Transaction, records: Vec<Record>) -> DomainResult<()> {
        for part in records.chunks(WAVE) {
            if let Some(statement) = rows::delete(part) {
                tx.execute(&statement).await?;
            }
            changes::all_deleted(tx, self.trip.ctx, part).await?;
        }
        if let Some(first) = records.first() {
            let ids = records.iter().map(|record| record.id().to_owned()).collect();
            self.waves.push((Arc::clone(first.collection()), ids));
        }
        self.deleted.add(records);
        Ok(())
    }

    /// Deletes or unsets what points at one of these ids.
    async fn release(
        &mut self,
        tx: &mut Transaction,
        collection: &Arc<Collection>,
        field: &Field,
        ids: &[String],
    ) -> DomainResult<()> {
        let Trip { backend, snapshot, .. } = *self.trip;
        if let Some(dependents) = Dependents::find(tx, self.trip, collection, field, ids).await? {
            let most = MAX_TOUCHED.saturating_sub(self.touched);
            let released = dependents.release(tx, most).await?;
            self.touched += released.touched;
            self.deleted.count += released.gone_count;
            if !released.gone.is_empty() {
                self.waves.push((Arc::clone(collection), released.gone));
            }
            return Ok(());
        }
        let wanted = (field.name.as_str(), ids);
        let left = MAX_TOUCHED.saturating_sub(self.touched) + 1;
        let select = plans::stored_by_values(backend, snapshot, collection, wanted, left)?;
        let found = parse_all(collection, tx.text(&select).await?)?;
        self.touched += count(&found);
        if self.touched > MAX_TOUCHED {
            return Err(too_many());
        }
        let (mut going, mut staying) = (Vec::new(), Vec::new());
        for record in found {
            match without(&record, field, ids) {
                Some(rest) => staying.push((record, rest)),
                None => going.push(record),
            }
        }
        unset(tx, self.trip, field, staying).await?;
        self.remove(tx, going).await
    }
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

/// The record without the ids in its relation, or nothing when it has to go too.
fn without(record: &Record, field: &Field, ids: &[String]) -> Option<Record> {
    let relation = field.relation_options()?;
    let texts = record.get(&field.name)?.as_texts();
    let left: Vec<String> = texts.iter().filter(|other| !ids.contains(other)).cloned().collect();
    if relation.cascade_delete && left.is_empty() {
        return None;
    }
    let mut rest = record.clone();
    let value = if field.is_multiple() { Value::List(left) } else { Value::Text(String::new()) };
    rest.set(&field.name, value);
    Some(rest)
}

/// Writes records of one collection, each as it was and as it is without what its relation named.
///
/// # Errors
/// `Invalid` when the relation is required.
pub(super) async fn unset(
    tx: &mut Transaction,
    trip: &Trip<'_>,
    field: &Field,
    pairs: Vec<(Record, Record)>,
) -> DomainResult<()> {
    let is_emptied = |record: &Record| {
        record.cells().any(|(field, value)| {
            field.required && field.relation_options().is_some() && field.is_unset(value)
        })
    };
    if pairs.iter().any(|(_, after)| is_emptied(after)) {
        return Err(in_use());
    }
    let flavour = trip.backend.database.flavour();
    for part in pairs.chunks(MAX_UPDATED) {
        if let Some(statement) = rows::update_field(flavour, field, part) {
            tx.execute(&statement).await?;
        }
        changes::all_updated(tx, trip.ctx, part).await?;
    }
    Ok(())
}

pub(super) fn too_many() -> DomainError {
    DomainError::bad_request("Too many records depend on this one.")
}

pub(super) fn in_use() -> DomainError {
    DomainError::bad_request("The record is in use: another one has a required relation to it.")
}

pub(super) fn count(records: &[Record]) -> u64 {
    u64::try_from(records.len()).unwrap_or(u64::MAX)
}
