//! Changing a collection, with the data kept.

use std::sync::Arc;

use underpin_model::{Collection, DomainError, DomainResult, JsonMap};

use super::{diff, draft, index_checks, save, system_fields, validate};
use crate::{Backend, OpContext};

/// Changes a collection: keys that the body leaves out stay. For superusers; the caller has
/// checked that.
///
/// # Errors
/// `NotFound`, or `Invalid` with the entries at fault; nothing is changed then.
pub async fn update(
    backend: &Backend,
    ctx: &OpContext,
    id_or_name: &str,
    body: &JsonMap,
) -> DomainResult<Arc<Collection>> {
    let _turn = backend.schema.begin_change().await;
    let snapshot = backend.schema.snapshot();
    let old = snapshot.find(id_or_name).cloned().ok_or(DomainError::NotFound)?;
    let mut collection = draft::overlay(&old, body)?;
    check_type(&old, body)?;
    system_fields::ensure(&mut collection);
    index_checks::follow_renames(&old, &mut collection);
    system_fields::ensure_indexes(&mut collection);
    validate::check(&snapshot, Some(&old), &collection)
        .into_result("The collection can't be changed.")?;
    collection.updated = save::stamp(ctx.now);
    let changes = diff::between(&old, &collection);
    let row = collection.clone();
    backend
        .change_schema(move |tx| {
            Box::pin(async move {
                for change in changes {
                    tx.change_table(&change).await?;
                }
                save::update(tx, &row).await
            })
        })
        .await?;
    let secret = |collection: &Collection| {
        collection.auth.as_deref().map(|auth| auth.auth_token.secret.clone())
    };
    if secret(&old) != secret(&collection) {
        backend.hub.sign_out_all(&collection.id);
    }
    backend.schema.snapshot().find(&collection.id).cloned().ok_or(DomainError::NotFound)
}

fn check_type(old: &Collection, body: &JsonMap) -> DomainResult<()> {
    let same = body.get("type").is_none_or(|kind| kind.is_null() || kind == old.kind.name());
    if same {
        return Ok(());
    }
    let code = underpin_model::ErrorCode::CollectionTypeChange;
    let tree = underpin_model::ErrorTree::one("type", code);
    Err(DomainError::invalid("The collection can't be changed.", tree))
}
