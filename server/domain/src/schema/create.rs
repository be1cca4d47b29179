//! Making a collection.

use std::sync::Arc;

use underpin_files::is_plain_part;
use underpin_model::{Collection, DomainError, DomainResult, ErrorCode, ErrorTree, JsonMap, id};

use super::{
    change::{Asked, apply, invalid_query},
    draft,
    next::Next,
    system_fields, validate, view,
};
use crate::{Backend, OpContext};

/// Makes a collection from a definition. For superusers; the caller has checked that.
///
/// # Errors
/// `Invalid` with the entries at fault; nothing is changed then.
pub async fn create(
    backend: &Backend,
    ctx: &OpContext,
    body: &JsonMap,
) -> DomainResult<Arc<Collection>> {
    create_from(backend, ctx, read(body)?).await
}

/// A new collection as a body describes it; its id may be empty.
pub(super) fn read(body: &JsonMap) -> DomainResult<Collection> {
    let mut collection = draft::overlay(&draft::blank(draft::kind_of(body)?), body)?;
    if !body.contains_key("indexes") {
        // Named after the id that the collection would have by its name.
        let id = id::collection_id(collection.kind.name(), &collection.name);
        let mut named = Collection { id, ..collection.clone() };
        system_fields::ensure_indexes(&mut named);
        collection.indexes = named.indexes;
    }
    collection.system = body.get("system").and_then(|flag| flag.as_bool()).unwrap_or_default();
    if let Some(chosen) = body.get("id").and_then(|id| id.as_str()) {
        chosen.clone_into(&mut collection.id);
    }
    Ok(collection)
}

/// Makes a collection from a draft whose id may still be empty.
pub(super) async fn create_from(
    backend: &Backend,
    ctx: &OpContext,
    mut collection: Collection,
) -> DomainResult<Arc<Collection>> {
    let _turn = backend.schema.begin_change().await;
    let mut next = Next::of(backend.schema.snapshot());
    let id_errors = check_id(&next, &collection.id);
    complete(&next, ctx, &mut collection);
    let id = collection.id.clone();
    if !id_errors.is_empty() {
        let mut errors = id_errors;
        validate::merge(&mut errors, validate::check(&next, None, &collection));
        errors.into_result("The collection can't be created.")?;
    }
    if let Some(reason) = view::check_sample(backend, &next, &collection).await? {
        let errors = ErrorTree::one("viewQuery", invalid_query(&reason));
        errors.into_result("The collection can't be created.")?;
    }
    next.put(collection);
    apply(backend, next, Asked::One(id.clone())).await?;
    backend.schema.snapshot().find(&id).cloned().ok_or(DomainError::NotFound)
}

/// Gives a draft what every new collection has: an id, system fields, its time.
pub(super) fn complete(next: &Next, ctx: &OpContext, collection: &mut Collection) {
    if collection.id.is_empty() {
        collection.id = id::collection_id(collection.kind.name(), &collection.name);
        if next.by_id(&collection.id).is_some() {
            collection.id = format!("pbc_{}", id::random_lowercase(12));
        }
    }
    system_fields::ensure(collection);
    collection.created = ctx.now.to_string();
    collection.updated.clone_from(&collection.created);
}

/// Errors of an id that was chosen.
pub(super) fn check_id(next: &Next, chosen: &str) -> ErrorTree {
    let mut errors = ErrorTree::default();
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    // It becomes the name of a folder, which some devices have already.
    let is_name = chosen.is_empty() || is_plain_part(chosen);
    if chosen.len() > 100 || !chosen.bytes().all(allowed) || !is_name {
        errors.put("id", ErrorCode::MatchInvalid);
    } else if next.by_id(chosen).is_some() || next.by_name(chosen).is_some() {
        errors.put("id", ErrorCode::CollectionIdExists);
    }
    errors
}
