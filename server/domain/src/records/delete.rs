//! Deleting a record.

use std::sync::Arc;

use underpin_access::{Delete, Grant};
use underpin_model::{Collection, DomainError, DomainResult};
use underpin_query::Projection;
use underpin_storage::Transaction;

use super::{
    allowed::refuse_view,
    cascade,
    kept_files::{KeptFiles, Step},
    password_desk::PasswordDesk,
    plans,
    reader::Reader,
    rule,
    update::parse,
    work::Work,
    write::{Write, carry_out},
};
use crate::{Backend, OpContext};

/// Whether the caller may delete records of a collection at all.
///
/// # Errors
/// `Forbidden` when the collection is closed to the caller.
pub fn may_delete(backend: &Backend, ctx: &OpContext, c: &Arc<Collection>) -> DomainResult<()> {
    underpin_access::authorize::<Delete>(&backend.schema.snapshot().policies, ctx.who(), c)?;
    Ok(())
}

/// Deletes a record, and what depends on it.
///
/// # Errors
/// `Forbidden` when the collection is closed, `NotFound` when the record is missing or the rule
/// refuses it, `Invalid` when another record needs it.
pub async fn delete(
    backend: &Arc<Backend>,
    ctx: &OpContext,
    collection: &Arc<Collection>,
    id: &str,
) -> DomainResult<()> {
    let deletion = Deletion::prepare(Work::alone(backend, ctx), collection, id)?;
    let steps = carry_out(backend, deletion, PasswordDesk::default()).await?;
    KeptFiles::default().settle(backend, &steps).await;
    Ok(())
}

/// A deletion, ready to be done.
pub(super) struct Deletion {
    work: Work,
    grant: Grant<Delete>,
    id: String,
}

impl Deletion {
    /// # Errors
    /// `Forbidden` when the collection is closed, `Invalid` when it is a view.
    pub(super) fn prepare(
        work: Work,
        collection: &Arc<Collection>,
        id: &str,
    ) -> DomainResult<Self> {
        refuse_view(collection)?;
        let policies = &work.snapshot.policies;
        let grant = underpin_access::authorize::<Delete>(policies, work.ctx.who(), collection)?;
        Ok(Self { work, grant, id: id.to_owned() })
    }
}

impl Write for Deletion {
    /// The records that went, those that have no files perhaps left out.
    type Done = Vec<Step>;
    type Refusal = DomainError;

    async fn within(
        &mut self,
        tx: &mut Transaction,
        _: &mut PasswordDesk,
    ) -> DomainResult<Vec<Step>> {
        let (work, collection) = (&self.work, self.grant.collection());
        work.check_schema(tx).await?;
        let stored = Projection::Stored;
        let select = plans::by_id(&work.backend, &work.snapshot, collection, &self.id, stored)?;
        let text = tx.text(&select).await?.ok_or(DomainError::NotFound)?;
        let record = parse(collection, &text)?;
        let scope = work.scope(&work.ctx.request, collection);
        let condition = self.grant.condition();
        if !rule::passes_for(&mut Reader::Within(tx), &scope, condition, &record).await? {
            return Err(DomainError::NotFound);
        }
        if collection.is_superusers() {
            keep_one_superuser(tx).await?;
        }
        let deleted = cascade::delete_all(tx, &work.trip(), vec![record]).await?.records;
        Ok(deleted.into_iter().map(|record| Step { before: Some(record), after: None }).collect())
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
