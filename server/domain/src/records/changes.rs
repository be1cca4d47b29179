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
    tx.append_change(&change(ctx, ChangeAction::Create, after, [None, Some(after)])).await?;
    Ok(())
}

/// Notes a changed record.
pub(super) async fn updated(
    tx: &mut Transaction,
    ctx: &OpContext,
    before: &Record,
    after: &Record,
) -> DomainResult<()> {
    let change = change(ctx, ChangeAction::Update, after, [Some(before), Some(after)]);
    tx.append_change(&change).await?;
    Ok(())
}

/// Notes changed records, each as it was and as it is.
pub(super) async fn all_updated(
    tx: &mut Transaction,
    ctx: &OpContext,
    pairs: &[(Record, Record)],
) -> DomainResult<()> {
    let change = |(before, after): &(Record, Record)| {
        change(ctx, ChangeAction::Update, after, [Some(before), Some(after)])
    };
    tx.append_changes(&pairs.iter().map(change).collect::<Vec<_>>()).await?;
    Ok(())
}

/// Notes deleted records.
pub(super) async fn all_deleted(
    tx: &mut Transaction,
    ctx: &OpContext,
    records: &[Record],
) -> DomainResult<()> {
    let change = |record| change(ctx, ChangeAction::Delete, record, [Some(record), None]);
    tx.append_changes(&records.iter().map(change).collect::<Vec<_>>()).await?;
    Ok(())
}

fn change(
    ctx: &OpContext,
    action: ChangeAction,
    of: &Record,
    states: [Option<&Record>; 2],
) -> NewChange {
    let text = |record: &Record| Json::Object(record.to_logged()).to_string();
    let [before, after] = states.map(|state| state.map(text));
    NewChange {
        collection_id: of.collection().id.clone(),
        record_id: of.id().to_owned(),
        action,
        before,
        after,
        at: ctx.now,
        origin: ctx.request_id.clone(),
    }
}
