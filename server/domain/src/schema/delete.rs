//! Deleting a collection with its records and files.

use underpin_files::Prefix;
use underpin_model::{DomainError, DomainResult};
use underpin_storage::TableChange;

use super::save;
use crate::Backend;

/// Deletes a collection. For superusers; the caller has checked that.
///
/// # Errors
/// `NotFound`; `Invalid` for system collections and those that others point at.
pub async fn delete(backend: &Backend, id_or_name: &str) -> DomainResult<()> {
    let _turn = backend.schema.begin_change().await;
    let snapshot = backend.schema.snapshot();
    let collection = snapshot.find(id_or_name).cloned().ok_or(DomainError::NotFound)?;
    if collection.system {
        return Err(DomainError::bad_request("System collections can't be deleted."));
    }
    let points_here = |other: &&std::sync::Arc<underpin_model::Collection>| {
        other.id != collection.id && other.relations().any(|(_, target)| target == collection.id)
    };
    if let Some(other) = snapshot.collections().iter().find(points_here) {
        let reason = format!("The collection is in use: \"{}\" has a relation to it.", other.name);
        return Err(DomainError::bad_request(reason));
    }
    let (id, table) = (collection.id.clone(), collection.name.clone());
    backend
        .change_schema(move |tx| {
            Box::pin(async move {
                save::remove(tx, &id).await?;
                tx.change_table(&TableChange::Drop { table }).await?;
                Ok(())
            })
        })
        .await?;
    backend.hub.sign_out_all(&collection.id);
    let Ok(files) = Prefix::collection(&collection.id) else { return Ok(()) };
    if let Err(error) = backend.files.delete_prefix(&files).await {
        tracing::warn!(collection.id = %collection.id, %error, "files of a deleted collection stay behind");
    }
    Ok(())
}
