//! The backups that there are: listed, opened, brought, removed.

use std::{fs::File, sync::Arc};

use futures_util::TryStreamExt;
use tokio::io::AsyncWriteExt;
use underpin_files::{FileMeta, FileStore, Staged};
use underpin_model::{DomainError, DomainResult, ErrorCode, Timestamp};

use super::{
    BackupName,
    desk::disk_fault,
    name::{AUTOMATIC, refused},
};
use crate::{Backend, records::file_fault};

/// How a zip begins; the second one has no entries.
const ZIPS: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// A backup as people see it.
#[derive(Clone, Debug)]
pub struct KeptBackup {
    /// Its name.
    pub name: BackupName,
    /// Its bytes.
    pub size: u64,
    /// When it was made or brought.
    pub modified: Timestamp,
}

/// All backups, by name.
///
/// # Errors
/// The store's error.
pub async fn list(backend: &Backend) -> DomainResult<Vec<KeptBackup>> {
    let files = backend.backups.store().list_alone().await;
    let files = files.map_err(|error| file_fault("listing backups", error))?;
    let kept = files.into_iter().filter_map(|file| {
        Some(KeptBackup {
            name: BackupName::parse(&file.key)?,
            size: file.meta.size,
            modified: Timestamp::from_system(file.meta.modified),
        })
    });
    Ok(kept.collect())
}

/// What is known of a backup.
///
/// # Errors
/// `NotFound`, or the store's error.
pub async fn find(backend: &Backend, name: &BackupName) -> DomainResult<FileMeta> {
    let found = backend.backups.store().get(&name.key()?).await;
    found.map_err(|error| file_fault("looking for a backup", error))?.ok_or(DomainError::NotFound)
}

/// Refuses a name that another backup has.
///
/// # Errors
/// `Invalid` at this field.
pub async fn check_free(backend: &Backend, name: &BackupName, field: &str) -> DomainResult<()> {
    match find(backend, name).await {
        Ok(_) => Err(refused(field, ErrorCode::BackupNameExists.into())),
        Err(DomainError::NotFound) => Ok(()),
        Err(error) => Err(error),
    }
}

/// Keeps a file that was uploaded under a name of its sender's. What is inside is looked at when it is
/// restored.
///
/// # Errors
/// `Invalid` at `file` when it is no zip, or its name can't be used or is taken.
pub async fn bring(backend: &Backend, file_name: &str, staged: Staged) -> DomainResult<()> {
    let head = staged.head();
    if !ZIPS.iter().any(|begin| head.starts_with(begin)) {
        return Err(refused("file", ErrorCode::InvalidMime.into()));
    }
    let name = file_name.rsplit(['/', '\\']).next().and_then(BackupName::parse);
    let name = name.ok_or_else(|| refused("file", ErrorCode::MatchInvalid.into()))?;
    check_free(backend, &name, "file").await?;
    staged.keep(&name.key()?).await.map_err(|error| file_fault("keeping a backup", error))
}

/// Removes a backup.
///
/// # Errors
/// `NotFound`, or the store's error.
pub async fn remove(backend: &Backend, name: &BackupName) -> DomainResult<()> {
    find(backend, name).await?;
    let removed = backend.backups.store().delete(&name.key()?).await;
    removed.map_err(|error| file_fault("removing a backup", error))
}

/// Opens a backup for reading, as a file of this machine: fetched first where backups lie in a bucket.
///
/// # Errors
/// `NotFound` when there is none of that name.
pub async fn open(backend: &Backend, name: &BackupName) -> DomainResult<File> {
    let key = name.key()?;
    let store: &FileStore = backend.backups.store();
    if let Some(path) = store.local_path(&key) {
        let opened = tokio::task::spawn_blocking(move || File::open(path)).await;
        let opened = opened.map_err(|error| DomainError::fault("opening a backup", error))?;
        return opened.map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => DomainError::NotFound,
            _ => disk_fault("opening a backup", error),
        });
    }
    let failed = |error| file_fault("fetching a backup", error);
    let found = store.read(&key, None).await.map_err(failed)?;
    let mut body = found.ok_or(DomainError::NotFound)?.body;
    let scratch = backend.backups.scratch()?;
    let written = |error| disk_fault("fetching a backup", error);
    // It has no name, so nothing of it stays, whatever happens.
    let file = tempfile::tempfile_in(scratch.path()).map_err(written)?;
    let mut file = tokio::fs::File::from_std(file);
    while let Some(bytes) = body.try_next().await.map_err(failed)? {
        file.write_all(&bytes).await.map_err(written)?;
    }
    file.flush().await.map_err(written)?;
    Ok(file.into_std().await)
}

/// Removes the oldest of those that were made by the clock, as far as there are more than so many.
pub(super) async fn thin_out(backend: &Arc<Backend>, most: usize) -> DomainResult<()> {
    let mut automatic = list(backend).await?;
    automatic.retain(|backup| backup.name.as_str().starts_with(AUTOMATIC));
    automatic.sort_by(|one, other| (one.modified, &one.name).cmp(&(other.modified, &other.name)));
    let gone = automatic.len().saturating_sub(most);
    for backup in automatic.iter().take(gone) {
        remove(backend, &backup.name).await?;
        tracing::info!(backup.name = %backup.name, "removed the old backup `{}`", backup.name);
    }
    Ok(())
}
