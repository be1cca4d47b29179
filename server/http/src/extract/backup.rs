//! The form that brings a backup: one file of any size, streamed to where backups lie.

use actix_web::{HttpRequest, web};
use futures_util::TryStreamExt;
use underpin_domain::records;
use underpin_files::{FileError, FileStore, Staged};
use underpin_model::{DomainError, DomainResult, ErrorCode, ErrorTree};

use super::{
    body::is_multipart,
    multipart::{Parts, broken},
};

/// The name of the part that is the backup.
const FILE: &str = "file";

/// The first file of a form, with the name that its sender gives it. It waits at its staging place.
///
/// # Errors
/// `Invalid` at `file` when there is none, and faults of the store.
pub(crate) async fn backup_upload(
    request: &HttpRequest,
    payload: web::Payload,
    store: &FileStore,
) -> DomainResult<(String, Staged)> {
    let mut found = None;
    if is_multipart(request) {
        let mut parts = Parts::of(request, payload)?;
        while let Some((key, mut part)) = parts.next().await? {
            let name = part.content_disposition().and_then(|d| d.get_filename());
            let name = name.filter(|name| !name.is_empty() && key == FILE).map(str::to_owned);
            let Some(name) = name.filter(|_| found.is_none()) else {
                while part.try_next().await.map_err(broken)?.is_some() {}
                continue;
            };
            let mut staging = store.upload(u64::MAX);
            while let Some(chunk) = part.try_next().await.map_err(broken)? {
                staging.push(&chunk).await.map_err(fault)?;
            }
            found = Some((name, staging.finish().await.map_err(fault)?));
        }
    }
    found.ok_or_else(|| {
        let missing = ErrorTree::one(FILE, ErrorCode::Required);
        DomainError::invalid("There is no backup in the form.", missing)
    })
}

fn fault(error: FileError) -> DomainError {
    records::file_fault("staging a backup", error)
}
