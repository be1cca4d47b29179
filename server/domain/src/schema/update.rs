//! Changing a collection, with the data kept.

use std::sync::Arc;

use underpin_model::{Collection, DomainError, DomainResult, ErrorCode, ErrorTree, Json, JsonMap};

use super::{
    change::{Asked, apply, invalid_query},
    draft,
    next::Next,
    system_fields, view,
};
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
    complete(ctx, &old, &mut collection);
    let mut next = Next::of(snapshot);
    if collection.view_query != old.view_query
        && let Some(reason) = view::check_sample(backend, &next, &collection).await?
    {
        let errors = ErrorTree::one("viewQuery", invalid_query(&reason));
        errors.into_result("The collection can't be changed.")?;
    }
    next.put(collection);
    apply(backend, next, Asked::One(old.id.clone())).await?;
    backend.schema.snapshot().find(&old.id).cloned().ok_or(DomainError::NotFound)
}

/// Gives a changed draft what its kind of collection has, and its time.
pub(super) fn complete(ctx: &OpContext, old: &Collection, collection: &mut Collection) {
    system_fields::ensure(collection);
    end_sessions(old, collection);
    collection.updated = ctx.now.to_string();
}

/// Id, type and system flag are for life.
fn check_fixed(old: &Collection, body: &JsonMap) -> DomainResult<()> {
    let mut errors = ErrorTree::default();
    let differs = |name: &str, own: Json, unset: Json| {
        body.get(name).is_some_and(|sent| {
            let sent = if sent.is_null() { &unset } else { sent };
            *sent != own
        })
    };
    if differs("id", old.id.as_str().into(), "".into()) {
        return Err(DomainError::bad_request("The id of a collection can't be changed."));
    }
    if differs("type", old.kind.name().into(), "".into()) {
        errors.put("type", ErrorCode::CollectionTypeChange);
    }
    if differs("system", old.system.into(), false.into()) {
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
