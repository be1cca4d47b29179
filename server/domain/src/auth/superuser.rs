//! Superusers by e-mail address, for the command line.

use std::sync::Arc;

use serde_json::json;
use underpin_model::{
    Collection, DomainError, DomainResult, JsonMap, Record, collection::SUPERUSERS,
};

use crate::{
    Backend, OpContext,
    records::{self, Submission, ViewAsk, parse_first, stored_by_value},
};

/// Makes a superuser.
///
/// # Errors
/// `Invalid` when address or password are refused or the address is taken.
pub async fn create_superuser(
    backend: &Arc<Backend>,
    email: &str,
    password: &str,
) -> DomainResult<()> {
    let (ctx, collection) = prepare(backend)?;
    let body = entries(&[("email", email)], password);
    let submission = Submission { body, ..Submission::default() };
    records::create(backend, &ctx, &collection, submission, &ViewAsk::default()).await?;
    Ok(())
}

/// Changes a superuser's password, which ends its sessions.
///
/// # Errors
/// `NotFound` for an unknown address, `Invalid` when the password is refused.
pub async fn update_superuser(
    backend: &Arc<Backend>,
    email: &str,
    password: &str,
) -> DomainResult<()> {
    let (ctx, collection) = prepare(backend)?;
    let record = find(backend, &collection, email).await?.ok_or(DomainError::NotFound)?;
    let submission = Submission { body: entries(&[], password), ..Submission::default() };
    let view = ViewAsk::default();
    records::update(backend, &ctx, &collection, record.id(), submission, &view).await?;
    Ok(())
}

/// Makes a superuser, or changes its password when there is one with this address.
///
/// # Errors
/// As [`create_superuser`] and [`update_superuser`].
pub async fn upsert_superuser(
    backend: &Arc<Backend>,
    email: &str,
    password: &str,
) -> DomainResult<()> {
    let (_, collection) = prepare(backend)?;
    match find(backend, &collection, email).await? {
        Some(_) => update_superuser(backend, email, password).await,
        None => create_superuser(backend, email, password).await,
    }
}

/// Deletes a superuser.
///
/// # Errors
/// `NotFound` for an unknown address, `Invalid` for the last one.
pub async fn delete_superuser(backend: &Arc<Backend>, email: &str) -> DomainResult<()> {
    let (ctx, collection) = prepare(backend)?;
    let record = find(backend, &collection, email).await?.ok_or(DomainError::NotFound)?;
    records::delete(backend, &ctx, &collection, record.id()).await
}

/// The system's own context, and the collection of superusers.
pub(super) fn prepare(backend: &Backend) -> DomainResult<(OpContext, Arc<Collection>)> {
    let snapshot = backend.schema.snapshot();
    let collection = snapshot.find(SUPERUSERS).cloned().ok_or(DomainError::NotFound)?;
    Ok((OpContext::system(backend.clock.now()), collection))
}

/// The superuser with an address.
pub(super) async fn find(
    backend: &Backend,
    collection: &Arc<Collection>,
    email: &str,
) -> DomainResult<Option<Record>> {
    let snapshot = backend.schema.snapshot();
    let select = stored_by_value(backend, &snapshot, collection, ("email", email), 1)?;
    parse_first(collection, backend.database.text(&select).await?)
}

fn entries(more: &[(&str, &str)], password: &str) -> JsonMap {
    let mut body = JsonMap::new();
    for (key, value) in more.iter().chain(&[("password", password), ("passwordConfirm", password)])
    {
        body.insert((*key).to_owned(), json!(value));
    }
    body
}
