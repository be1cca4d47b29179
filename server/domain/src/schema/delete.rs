//! Deleting a collection with its records and files.

use underpin_model::{DomainError, DomainResult};

use super::{
    change::{Asked, apply},
    next::Next,
};
use crate::Backend;

/// Deletes a collection. For superusers; the caller has checked that.
///
/// # Errors
/// `NotFound`; `Invalid` for system collections and those that others need.
pub async fn delete(backend: &Backend, id_or_name: &str) -> DomainResult<()> {
    let _turn = backend.schema.begin_change().await;
    let snapshot = backend.schema.snapshot();
    let collection = snapshot.find(id_or_name).cloned().ok_or(DomainError::NotFound)?;
    if collection.system {
        return Err(DomainError::bad_request("System collections can't be deleted."));
    }
    let mut next = Next::of(snapshot);
    next.remove(&collection.id);
    apply(backend, next, Asked::One(collection.id.clone())).await
}
