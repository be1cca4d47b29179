//! Opening a record's file.

use std::sync::Arc;

use underpin_access::View;
use underpin_files::FileKey;
use underpin_model::{
    Collection, DomainError, DomainResult, RequestInfo, request_info::RequestContext,
};

use super::{rule, update::read};
use crate::{Backend, OpContext};

/// A file that the caller may read.
pub struct OpenedFile {
    /// Where it lies.
    pub key: FileKey,
    /// The name under which it is kept.
    pub name: String,
    /// Whether it is shown under the view rule alone, and must not be kept by caches.
    pub protected: bool,
}

/// Finds a file of a record. Protected files are opened under the view rule; all others by
/// whoever knows their name.
///
/// # Errors
/// `NotFound` when record or file are missing, or the caller may not see them.
pub async fn open_file(
    backend: &Backend,
    ctx: &OpContext,
    collection: &Arc<Collection>,
    id: &str,
    name: &str,
) -> DomainResult<OpenedFile> {
    let record = read(backend, collection, id)?.ok_or(DomainError::NotFound)?;
    let owner = record
        .cells()
        .find(|(field, value)| {
            field.file_options().is_some() && value.as_texts().iter().any(|file| file == name)
        })
        .map(|(field, _)| field)
        .ok_or(DomainError::NotFound)?;
    let protected = owner.file_options().is_some_and(|options| options.protected);
    if protected {
        let snapshot = backend.schema.snapshot();
        let grant = underpin_access::authorize::<View>(&snapshot.policies, ctx.who(), collection)
            .map_err(|_| DomainError::NotFound)?;
        let request = RequestInfo { context: RequestContext::ProtectedFile, ..ctx.request.clone() };
        let scope = rule::rule_scope(backend, (&request, ctx.now), &snapshot, collection);
        if !rule::passes(&backend.database, &scope, grant.condition(), &record).await? {
            return Err(DomainError::NotFound);
        }
    }
    let key = FileKey::new(&collection.id, id, name).map_err(|_| DomainError::NotFound)?;
    Ok(OpenedFile { key, name: name.to_owned(), protected })
}
