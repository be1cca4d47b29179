//! The change-log row of a record's write.

use underpin_model::{DomainResult, Json, Record};
use underpin_storage::{ChangeAction, NewChange, Transaction};

use crate::OpContext;

/// Notes a new record.
pub(super) async fn created(
    tx: &mut Transaction,
    ctx: &OpContext,
    after: &Record,
) -> DomainResult<()> {
    append(tx, ctx, ChangeAction::Create, None, Some(after)).await
}

/// Notes a changed record.
pub(super) async fn updated(
    tx: &mut Transaction,
    ctx: &OpContext,
    before: &Record,
    after: &Record,
) -> DomainResult<()> {
    append(tx, ctx, ChangeAction::Update, Some(before), Some(after)).await
}

/// Notes a deleted record.
pub(super) async fn deleted(
    tx: &mut Transaction,
    ctx: &OpContext,
    before: &Record,
) -> DomainResult<()> {
    append(tx, ctx, ChangeAction::Delete, Some(before), None).await
}

async fn append(
    tx: &mut Transaction,
    ctx: &OpContext,
    action: ChangeAction,
    before: Option<&Record>,
    after: Option<&Record>,
) -> DomainResult<()> {
    let Some(either) = after.or(before) else { return Ok(()) };
    let text = |record: &Record| Json::Object(record.to_logged()).to_string();
    tx.append_change(&NewChange {
        collection_id: either.collection().id.clone(),
        record_id: either.id().to_owned(),
        action,
        before: before.map(text),
        after: after.map(text),
        at: ctx.now,
        origin: ctx.request_id.clone(),
    })
    .await?;
    Ok(())
}
