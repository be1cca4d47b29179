//! Changing a collection, with the data kept.

use std::sync::Arc;

use underpin_model::{Collection, DomainError, DomainResult, ErrorCode, ErrorTree, Json, JsonMap};

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
    check_fixed(&old, body)?;
    system_fields::ensure(&mut collection);
    index_checks::follow_renames(&old, &mut collection);
    system_fields::ensure_indexes(&mut collection);
    end_sessions(&old, &mut collection);
    validate::check(&snapshot, Some(&old), &collection)
        .into_result("The collection can't be changed.")?;
    collection.updated = ctx.now.to_string();
    let changes = diff::between(&old, &collection);
    let row = collection.clone();
    backend
        .change_schema(move |tx| {
            Box::pin(async move {
                save::change_table(tx, &changes, &row.indexes).await?;
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

/// Id, type and system flag are for life.
fn check_fixed(old: &Collection, body: &JsonMap) -> DomainResult<()> {
    let mut errors = ErrorTree::default();
    let differs =
        |name: &str, own: Json| body.get(name).is_some_and(|sent| !sent.is_null() && *sent != own);
    if differs("id", old.id.as_str().into()) {
        return Err(DomainError::bad_request("The id of a collection can't be changed."));
    }
    if differs("type", old.kind.name().into()) {
        errors.put("type", ErrorCode::CollectionTypeChange);
    }
    if differs("system", old.system.into()) {
        errors.put("system", ErrorCode::SystemFlagChange);
    }
    errors.into_result("The collection can't be changed.")
}

/// Another auth rule voids all tokens: who signed in under the old one has to ask again.
fn end_sessions(old: &Collection, new: &mut Collection) {
    if old.rules.auth != new.rules.auth
        && let Some(auth) = &mut new.auth
    {
        for token in [&mut auth.auth_token, &mut auth.file_token] {
            token.secret = underpin_credentials::random::token_key();
        }
    }
}
