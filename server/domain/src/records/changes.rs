//! The change-log row of a record's write.

use underpin_model::{DomainResult, Json, Record};
use underpin_storage::{ChangeAction, NewChange, Transaction};

/// Notes a new record.
pub(super) async fn created(tx: &mut Transaction<'_>, origin: &str, after: &Record) -> DomainResult<()> {
    append(tx, origin, ChangeAction::Create, None, Some(after)).await
}

/// Notes a changed record.
pub(super) async fn updated(
    tx: &mut Transaction<'_>,
    origin: &str,
    before: &Record,
    after: &Record,
) -> DomainResult<()> {
    append(tx, origin, ChangeAction::Update, Some(before), Some(after)).await
}

/// Notes a deleted record.
pub(super) async fn deleted(tx: &mut Transaction<'_>, origin: &str, before: &Record) -> DomainResult<()> {
    append(tx, origin, ChangeAction::Delete, Some(before), None).await
}

async fn append(
    tx: &mut Transaction<'_>,
    origin: &str,
    action: ChangeAction,
    before: Option<&Record>,
    after: Option<&Record>,
) -> DomainResult<()> {
    let Some(either) = after.or(before) else { return Ok(()) };
    let text = |record: &Record| Json::Object(record.to_logged()).to_string();
    tx.append_change(NewChange {
        collection_id: either.collection().id.clone(),
        record_id: either.id().to_owned(),
        action,
        before: before.map(text),
        after: after.map(text),
        origin: origin.to_owned(),
    })
    .await?;
    Ok(())
}
