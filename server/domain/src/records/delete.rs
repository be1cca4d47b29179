//! Deleting a record.

use std::sync::Arc;

use underpin_access::{Delete, Grant};
use underpin_files::Prefix;
use underpin_model::{Collection, DomainError, DomainResult, Record};
use underpin_query::Projection;
use underpin_storage::Transaction;

use super::{allowed::refuse_view, cascade, plans, rule, update::parse};
use crate::{Backend, OpContext, schema::Snapshot};

/// Deletes a record, and what depends on it.
///
/// # Errors
/// `Forbidden` when the collection is closed, `NotFound` when the record is missing or the rule
/// refuses it, `Invalid` when another record needs it or the collection is a view.
pub async fn delete(
    backend: &Arc<Backend>,
    ctx: &OpContext,
    collection: &Arc<Collection>,
    id: &str,
) -> DomainResult<()> {
    refuse_view(collection)?;
    let snapshot = backend.schema.snapshot();
    let grant = underpin_access::authorize::<Delete>(&snapshot.policies, ctx.who(), collection)?;
    let work = Work { backend: Arc::clone(backend), snapshot, ctx: ctx.clone(), grant };
    let id = id.to_owned();
    let deleted = backend
        .database
        .write(move |tx| Box::pin(async move { work.write_within(tx, &id).await }))
        .await?;
    for record in deleted {
        let Ok(files) = Prefix::record(&record.collection().id, record.id()) else { continue };
        if let Err(error) = backend.files.delete_prefix(&files).await {
            tracing::warn!(%error, "files of a deleted record stay behind");
        }
    }
    Ok(())
}

struct Work {
    backend: Arc<Backend>,
    snapshot: Arc<Snapshot>,
    ctx: OpContext,
    grant: Grant<Delete>,
}

impl Work {
    async fn write_within(self, tx: &mut Transaction, id: &str) -> DomainResult<Vec<Record>> {
        self.backend.schema.check(self.snapshot.version)?;
        let collection = self.grant.collection();
        let projection = Projection::Stored;
        let select = plans::by_id(&self.backend, &self.snapshot, collection, id, projection)?;
        let text = tx.text(&select).await?.ok_or(DomainError::NotFound)?;
        let record = parse(collection, &text)?;
        let asked = (&self.ctx.request, self.ctx.now);
        let scope = rule::rule_scope(&self.backend, asked, &self.snapshot, collection);
        if !rule::passes_within(tx, &scope, self.grant.condition(), &record).await? {
            return Err(DomainError::NotFound);
        }
        if collection.is_superusers() {
            keep_one_superuser(tx).await?;
        }
        let trip =
            cascade::Trip { backend: &self.backend, snapshot: &self.snapshot, ctx: &self.ctx };
        cascade::delete_all(tx, &trip, record).await
    }
}

/// The last superuser can't be deleted: nobody could administer the project any more.
async fn keep_one_superuser(tx: &mut Transaction) -> DomainResult<()> {
    use sea_query::{Alias, Query};
    let select = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new(underpin_model::collection::SUPERUSERS))
        .limit(2)
        .to_owned();
    if tx.rows(&select).await?.len() < 2 {
        return Err(DomainError::bad_request("The last superuser can't be deleted."));
    }
    Ok(())
}
