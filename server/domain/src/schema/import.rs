//! Many definitions at once: all of them, or none.

use std::{collections::BTreeSet, sync::Arc};

use underpin_model::{
    Collection, CollectionKind, DomainError, DomainResult, ErrorCode, ErrorTree, Field, Json,
    JsonMap,
};

use super::{
    change::{Asked, apply},
    create, draft, import_failure,
    next::Next,
    update, view,
};
use crate::{Backend, OpContext};

/// Makes and changes collections as their definitions say. Those that exist are known by their
/// id, or without one by their name; what a definition leaves out stays, unless `deleteMissing`
/// is on: then fields and collections that are not sent go, but for those of the system. For
/// superusers; the caller has checked that.
///
/// # Errors
/// `Invalid` with the first definition at fault; nothing is changed then.
pub async fn import(backend: &Backend, ctx: &OpContext, body: &JsonMap) -> DomainResult<()> {
    let (definitions, missing) = read(body)?;
    let _turn = backend.schema.begin_change().await;
    let mut next = Next::of(backend.schema.snapshot());
    let mut asked = BTreeSet::new();
    for definition in definitions {
        let collection = match existing(&next, &definition) {
            Some(base) => changed(ctx, &next, &base, definition, missing)?,
            None => new(ctx, &next, &definition)?,
        };
        asked.insert(collection.id.clone());
        next.put(collection);
    }
    if missing == Missing::Goes {
        for old in next.before().collections().to_vec() {
            if !old.system && !asked.contains(&old.id) {
                next.remove(&old.id);
            }
        }
    }
    check_samples(backend, &next).await?;
    apply(backend, next, Asked::Import(asked)).await
}

/// What becomes of that which is not sent.
#[derive(Clone, Copy, PartialEq)]
enum Missing {
    Stays,
    Goes,
}

fn read(body: &JsonMap) -> DomainResult<(Vec<JsonMap>, Missing)> {
    let wrong = || DomainError::bad_request("The import can't be read.");
    let missing = match body.get("deleteMissing") {
        None | Some(Json::Null | Json::Bool(false)) => Missing::Stays,
        Some(Json::Bool(true)) => Missing::Goes,
        Some(_) => return Err(wrong()),
    };
    let definitions = match body.get("collections") {
        None | Some(Json::Null) => &[],
        Some(Json::Array(definitions)) => definitions.as_slice(),
        Some(_) => return Err(wrong()),
    };
    if definitions.is_empty() {
        let errors = ErrorTree::one("collections", ErrorCode::Required);
        return Err(DomainError::invalid("There is nothing to import.", errors));
    }
    let definitions: Option<Vec<JsonMap>> = definitions
        .iter()
        .map(|definition| match definition {
            Json::Null => Some(JsonMap::new()),
            Json::Object(map) => Some(map.clone()),
            _ => None,
        })
        .collect();
    Ok((definitions.ok_or_else(wrong)?, missing))
}

/// The collection that a definition is of, as it will be by what came before.
fn existing(next: &Next, definition: &JsonMap) -> Option<Arc<Collection>> {
    let text =
        |key: &str| definition.get(key).and_then(Json::as_str).filter(|text| !text.is_empty());
    let known = match (text("id"), text("name")) {
        (Some(id), _) => next.old(id)?,
        (None, Some(name)) => next.before().find(name)?,
        (None, None) => return None,
    };
    next.by_id(&known.id).cloned()
}

fn changed(
    ctx: &OpContext,
    next: &Next,
    base: &Arc<Collection>,
    mut definition: JsonMap,
    missing: Missing,
) -> DomainResult<Collection> {
    match missing {
        Missing::Stays => keep_known_fields(base, &mut definition),
        Missing::Goes => {
            definition.entry("fields").or_insert_with(|| Json::Array(Vec::new()));
        }
    }
    let mut collection = draft::overlay(base, &definition).map_err(within(base))?;
    let has_type = definition.get("type").and_then(Json::as_str).filter(|kind| !kind.is_empty());
    if has_type.is_some_and(|kind| kind != base.kind.name()) {
        let errors = ErrorTree::one("type", ErrorCode::CollectionTypeChange);
        return Err(import_failure::of(base, &errors));
    }
    if !base.is_view() && definition.contains_key("fields") {
        let stays = |field: &&Field| missing == Missing::Stays || field.system;
        for field in base.fields.iter().filter(stays) {
            if collection.field_by_id(&field.id).is_none() {
                collection.fields.push(field.clone());
            }
        }
    }
    let old = next.old(&base.id).unwrap_or(base);
    update::complete(ctx, old, &mut collection);
    Ok(collection)
}

/// A field that is sent under an id of its own, but under the name and type of one that is there,
/// is that one, and stays as it is.
fn keep_known_fields(base: &Collection, definition: &mut JsonMap) {
    let fields = definition.get_mut("fields").and_then(Json::as_array_mut);
    for slot in fields.into_iter().flatten() {
        let text = |key: &str| slot.get(key).and_then(Json::as_str).unwrap_or_default();
        let known = base.field(text("name")).filter(|known| known.type_name() == text("type"));
        let has_other_id = !text("id").is_empty() && base.field_by_id(text("id")).is_none();
        if let Some(known) = known.filter(|_| has_other_id) {
            *slot = Json::Object(known.to_json());
        }
    }
}

fn new(ctx: &OpContext, next: &Next, definition: &JsonMap) -> DomainResult<Collection> {
    let name = definition.get("name").and_then(Json::as_str).unwrap_or_default();
    let named = Collection { name: name.to_owned(), ..draft::blank(CollectionKind::Base) };
    let mut collection = create::read(definition).map_err(within(&named))?;
    let errors = create::check_id(next, &collection.id);
    create::complete(next, ctx, &mut collection);
    if errors.is_empty() { Ok(collection) } else { Err(import_failure::of(&collection, &errors)) }
}

/// Tells of which definition a mistake is.
fn within(collection: &Collection) -> impl FnOnce(DomainError) -> DomainError {
    let name = collection.name.clone();
    move |error| match error {
        DomainError::Invalid(invalid) => {
            import_failure::because(format!("\"{name}\": {}", invalid.message))
        }
        other => other,
    }
}

async fn check_samples(backend: &Backend, next: &Next) -> DomainResult<()> {
    for (old, new) in next.changed() {
        let is_new = old.is_none_or(|old| old.view_query != new.view_query);
        if !new.is_view() || !is_new {
            continue;
        }
        if let Some(reason) = view::check_sample(backend, next, &new).await? {
            return Err(import_failure::because(format!("\"{}\": {reason}.", new.name)));
        }
    }
    Ok(())
}
