//! Making a collection.

use std::sync::Arc;

use underpin_model::{
    Collection, DomainError, DomainResult, JsonMap, auth_options::AuthOptions, id,
};

use super::{diff, draft, save, system_fields, validate};
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
    let mut collection = draft::overlay(&draft::blank(draft::kind_of(body)?), body)?;
    if let Some(chosen) = body.get("id").and_then(|id| id.as_str()) {
        chosen.clone_into(&mut collection.id);
    }
    create_from(backend, ctx, collection).await
}

/// Makes a collection from a draft whose id may still be empty.
pub(super) async fn create_from(
    backend: &Backend,
    ctx: &OpContext,
    mut collection: Collection,
) -> DomainResult<Arc<Collection>> {
    let _turn = backend.schema.begin_change().await;
    let snapshot = backend.schema.snapshot();
    let chosen = !collection.id.is_empty();
    if !chosen {
        collection.id = id::collection_id(collection.kind.name(), &collection.name);
        if snapshot.find(&collection.id).is_some() {
            collection.id = format!("pbc_{}", id::random_lowercase(12));
        }
    }
    system_fields::ensure(&mut collection);
    system_fields::ensure_indexes(&mut collection);
    if let Some(auth) = &mut collection.auth {
        draw_secrets(auth);
    }
    let mut errors = validate::check(&snapshot, None, &collection);
    if chosen {
        check_id(&snapshot, &collection.id, &mut errors);
    }
    errors.into_result("The collection can't be created.")?;
    collection.created = ctx.now.to_string();
    collection.updated.clone_from(&collection.created);
    let collection = Arc::new(collection);
    let (row, changes) = (Arc::clone(&collection), diff::creation(&collection));
    backend
        .change_schema(move |tx| {
            Box::pin(async move {
                save::insert(tx, &row).await?;
                save::change_table(tx, &changes, &row.indexes).await
            })
        })
        .await?;
    backend.schema.snapshot().find(&collection.id).cloned().ok_or(DomainError::NotFound)
}

fn check_id(snapshot: &super::Snapshot, chosen: &str, errors: &mut underpin_model::ErrorTree) {
    use underpin_model::ErrorCode;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if chosen.len() > 100 || !chosen.bytes().all(allowed) {
        errors.put("id", ErrorCode::MatchInvalid);
    } else if snapshot.find(chosen).is_some() {
        errors.put("id", ErrorCode::CollectionIdExists);
    }
}

/// Gives every kind of token a signing secret of its own.
fn draw_secrets(auth: &mut AuthOptions) {
    let tokens = [
        &mut auth.auth_token,
        &mut auth.password_reset_token,
        &mut auth.email_change_token,
        &mut auth.verification_token,
        &mut auth.file_token,
    ];
    for token in tokens {
        if token.secret.is_empty() {
            token.secret = underpin_credentials::random::token_key();
        }
    }
}
