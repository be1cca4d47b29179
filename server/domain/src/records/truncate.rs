//! Deleting all records of a collection.
//!
//! Where nothing points at the collection no record can be kept back, so they go in small writes
//! between which others get their turn. Otherwise it is one write: a record that is needed
//! elsewhere keeps all of them.

use std::sync::Arc;

use underpin_files::Prefix;
use underpin_model::{Collection, DomainError, DomainResult, Field, Record, field::ColumnShape};
use underpin_query::{Condition, Filter, Projection, Scope, SortBy, SortKey, Trust, Window};
use underpin_storage::Transaction;

use super::{
    cascade::{self, Deleted},
    changes,
    kept_files::has_files,
    rows,
    update::parse_all,
};
use crate::{Backend, OpContext, removal, schema::Snapshot};

/// How many records are looked at together.
const BATCH: u64 = 500;

/// Deletes all records of a collection, and what depends on them. For superusers; the caller has
/// checked that.
///
/// # Errors
/// `NotFound`; `Invalid` for views, for superusers, and when a record is needed elsewhere.
pub async fn truncate(
    backend: &Arc<Backend>,
    ctx: &OpContext,
    id_or_name: &str,
) -> DomainResult<()> {
    let snapshot = backend.schema.snapshot();
    let collection = snapshot.find(id_or_name).cloned().ok_or(DomainError::NotFound)?;
    if collection.is_view() {
        return Err(DomainError::bad_request("A view has no records of its own."));
    }
    if collection.is_superusers() {
        return Err(DomainError::bad_request("The last superuser can't be deleted."));
    }
    // The collection's own relations go with its records.
    let mut pointing = cascade::pointing_at(&snapshot, &collection);
    pointing.retain(|(other, _)| other.id != collection.id);
    let work = Work { backend: Arc::clone(backend), snapshot, ctx: ctx.clone(), collection };
    if !pointing.is_empty() {
        let whole = work.clone();
        let write = backend.database.write(move |tx| {
            Box::pin(async move { whole.delete_with_dependents(tx, &pointing).await })
        });
        let deleted = write.await?;
        work.remove_files(&deleted).await;
        return Ok(());
    }
    let mut left = work.count().await?;
    while left > 0 {
        let part = work.clone();
        let write =
            backend.database.write(move |tx| Box::pin(async move { part.delete_batch(tx).await }));
        let deleted = write.await?;
        work.remove_files(&deleted).await;
        // What was made meanwhile comes last and stays.
        left = if deleted.is_empty() { 0 } else { left.saturating_sub(BATCH) };
    }
    Ok(())
}

#[derive(Clone)]
struct Work {
    backend: Arc<Backend>,
    snapshot: Arc<Snapshot>,
    ctx: OpContext,
    collection: Arc<Collection>,
}

impl Work {
    async fn count(&self) -> DomainResult<u64> {
        let scope = self.scope(&self.collection);
        let count = underpin_query::count(&scope, &Condition::Always, None, &[]).map_err(fault)?;
        let number = self.backend.database.number(&count.select).await?;
        Ok(u64::try_from(number).unwrap_or_default())
    }

    /// Deletes the oldest records.
    async fn delete_batch(&self, tx: &mut Transaction) -> DomainResult<Vec<Record>> {
        self.backend.schema.check(tx, self.snapshot.version).await?;
        let records = self.oldest(tx, &self.collection, None).await?;
        if let Some(statement) = rows::delete(&records) {
            tx.execute(&statement).await?;
            changes::all_deleted(tx, &self.ctx, &records).await?;
        }
        Ok(records)
    }

    async fn delete_with_dependents(
        &self,
        tx: &mut Transaction,
        pointing: &[(Arc<Collection>, Field)],
    ) -> DomainResult<Vec<Record>> {
        self.backend.schema.check(tx, self.snapshot.version).await?;
        let mut deleted = Deleted::default();
        let mut touched = 0;
        for (collection, field) in pointing {
            touched += self.release(tx, collection, field, &mut deleted).await?;
            check_size(touched)?;
        }
        loop {
            let records = self.delete_batch(tx).await?;
            if records.is_empty() {
                return Ok(deleted.records);
            }
            deleted.add(records);
            check_size(touched + deleted.count)?;
        }
    }

    /// Empties a relation to the collection in every record that has it, or deletes the record.
    async fn release(
        &self,
        tx: &mut Transaction,
        collection: &Arc<Collection>,
        field: &Field,
        deleted: &mut Deleted,
    ) -> DomainResult<u64> {
        let (backend, snapshot, ctx) = (&*self.backend, &*self.snapshot, &self.ctx);
        let trip = cascade::Trip { backend, snapshot, ctx };
        let cascades = field.relation_options().is_some_and(|relation| relation.cascade_delete);
        let is_set = is_set(field)?;
        let mut touched = 0;
        loop {
            let records = self.oldest(tx, collection, Some(&is_set)).await?;
            if records.is_empty() {
                return Ok(touched);
            }
            touched += cascade::count(&records);
            check_size(touched)?;
            if cascades {
                deleted.absorb(cascade::delete_all(tx, &trip, records).await?);
                continue;
            }
            let emptied = records.into_iter().map(|record| {
                let mut rest = record.clone();
                rest.set(&field.name, field.zero());
                (record, rest)
            });
            cascade::unset(tx, &trip, field, emptied.collect()).await?;
        }
    }

    /// The oldest records of a collection, a batch of them.
    async fn oldest(
        &self,
        tx: &mut Transaction,
        collection: &Arc<Collection>,
        filter: Option<&Filter>,
    ) -> DomainResult<Vec<Record>> {
        let scope = self.scope(collection);
        let order = [SortKey { by: SortBy::Insertion, descending: false }];
        let window = Window { offset: 0, limit: BATCH };
        let (condition, stored) = (Condition::Always, Projection::Stored);
        let select = underpin_query::page(&scope, &condition, filter, &order, window, stored);
        let text = tx.text(&select.map_err(fault)?).await?;
        parse_all(collection, text)
    }

    fn scope<'a>(&'a self, collection: &'a Arc<Collection>) -> Scope<'a> {
        Scope {
            schema: &*self.snapshot,
            collection,
            request: &self.ctx.request,
            now: self.ctx.now,
            flavour: self.backend.database.flavour(),
            trust: Trust::Superuser,
        }
    }

    async fn remove_files(&self, deleted: &[Record]) {
        for record in deleted {
            let collection = record.collection();
            if !has_files(record) {
                continue;
            }
            let Ok(files) = Prefix::record(&collection.id, record.id()) else { continue };
            if let Err(error) = removal::remove_files(&self.backend, &files).await {
                tracing::warn!(%error, "files of a deleted record stay behind");
            }
        }
    }
}

fn is_set(field: &Field) -> DomainResult<Filter> {
    let text = match field.column() {
        ColumnShape::List => format!("{}:length > 0", field.name),
        _ => format!("{} != ''", field.name),
    };
    underpin_query::parse(&text).map_err(|error| DomainError::fault("planning a truncation", error))
}

fn check_size(touched: u64) -> DomainResult<()> {
    if touched > cascade::MAX_TOUCHED {
        return Err(DomainError::bad_request(
            "Too many records depend on those of the collection.",
        ));
    }
    Ok(())
}

fn fault(error: underpin_query::ResolveError) -> DomainError {
    DomainError::fault("planning a truncation", error)
}
