//! Opening a record's file.

use std::sync::Arc;

use underpin_access::View;
use underpin_files::{FileError, FileKey};
use underpin_model::{
    Collection, DomainError, DomainResult, Record, RequestInfo, request_info::RequestContext,
};
use underpin_query::Projection;

use super::{
    plans, rule,
    update::{parse, parse_first, read},
};
use crate::{Backend, OpContext, schema};

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
    let record = find(backend, collection, id).await?.ok_or(DomainError::NotFound)?;
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
    let key = key(backend, collection, (id, &owner.name), name).await?;
    Ok(OpenedFile { key, name: name.to_owned(), protected })
}

/// The record that has the file, or the row of a view that shows it.
async fn find(
    backend: &Backend,
    collection: &Arc<Collection>,
    id: &str,
) -> DomainResult<Option<Record>> {
    if !collection.is_view() {
        return read(backend, collection, id).await;
    }
    let snapshot = backend.schema.snapshot();
    let select = plans::by_id(backend, &snapshot, collection, id, Projection::Stored)?;
    let text = backend.database.text(&select).await?;
    text.map(|text| parse(collection, &text)).transpose()
}

/// Where a file lies: with its record, or for a view with the record that it is taken from.
async fn key(
    backend: &Backend,
    collection: &Arc<Collection>,
    (id, field): (&str, &str),
    name: &str,
) -> DomainResult<FileKey> {
    if !collection.is_view() {
        return FileKey::new(&collection.id, id, name).map_err(|_| DomainError::NotFound);
    }
    let snapshot = backend.schema.snapshot();
    let source = schema::file_source(&snapshot, collection, field);
    let (source, field) = source.ok_or(DomainError::NotFound)?;
    let wanted = (field.as_str(), name);
    let select = plans::stored_by_value(backend, &snapshot, &source, wanted, 1)?;
    let text = backend.database.text(&select).await?;
    let record = parse_first(&source, text)?.ok_or(DomainError::NotFound)?;
    FileKey::new(&source.id, record.id(), name).map_err(|_| DomainError::NotFound)
}

/// What a client is told of a file that could not be stored or read.
pub fn file_fault(context: &'static str, error: FileError) -> DomainError {
    match error {
        error if is_full(&error) => DomainError::NoRoom,
        FileError::Store(error) => {
            DomainError::unavailable("The file store can't be used at the moment.", error)
        }
        error => DomainError::fault(context, error),
    }
}

/// Whether a full disk is the cause.
fn is_full(error: &FileError) -> bool {
    let causes = std::iter::successors(std::error::Error::source(error), |cause| cause.source());
    causes
        .filter_map(|cause| cause.downcast_ref::<std::io::Error>())
        .any(|error| error.kind() == std::io::ErrorKind::StorageFull)
}
