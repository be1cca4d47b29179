//! Where backups lie, and whose turn it is.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

use tempfile::TempDir;
use underpin_files::{FileError, FileStore};
use underpin_model::{DomainError, DomainResult};

use crate::{
    Backend,
    jobs::{self, Held},
    removal::BACKUPS,
};

/// Backups in the data directory.
const FOLDER: &str = "backups";
/// What is needed while one is made or read. It begins with a dot: no name of ours does.
const SCRATCH: &str = ".backup-temp";
/// Who comes second is told so in these words.
const TAKEN: &str = "Try again later: a backup is being made or restored already.";

/// Where backups lie.
pub struct BackupDesk {
    store: FileStore,
    scratch: PathBuf,
    /// Whether this process holds deletions of files back since another one makes a backup.
    pub(crate) is_awaited: Arc<AtomicBool>,
}

/// The right to make or to restore a backup: one at a time, in the whole cluster.
pub struct Turn(Held);

impl BackupDesk {
    /// Backups in a data directory. Its folders are made when they are missing.
    ///
    /// # Errors
    /// They can't be made.
    pub fn open(data_dir: &Path) -> Result<Self, FileError> {
        let store = FileStore::local(&data_dir.join(FOLDER))?;
        Ok(Self { store, scratch: data_dir.join(SCRATCH), is_awaited: Arc::default() })
    }

    /// The store of backups.
    pub fn store(&self) -> &FileStore {
        &self.store
    }

    /// A folder for what is needed meanwhile, which goes when it is dropped. It is on the disk of
    /// the data directory, and nobody but the owner may look inside.
    ///
    /// # Errors
    /// It can't be made.
    pub fn scratch(&self) -> DomainResult<TempDir> {
        scratch_in(&self.scratch)
    }

    /// Removes what a process that died has left. For a server that begins: it has the directory for
    /// itself.
    pub fn clean_up(&self) {
        match fs::remove_dir_all(&self.scratch) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                tracing::warn!(%error, "what is left of a backup could not be removed");
            }
            _ => {}
        }
    }
}

/// A folder that goes when it is dropped.
pub(super) fn scratch_in(folder: &Path) -> DomainResult<TempDir> {
    let make = || {
        fs::create_dir_all(folder)?;
        tempfile::Builder::new().prefix("work-").tempdir_in(folder)
    };
    make().map_err(|error| disk_fault("making a folder for a backup", error))
}

/// A disk that fails: it is full, or something is wrong with it.
pub(super) fn disk_fault(context: &'static str, error: io::Error) -> DomainError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => DomainError::NoRoom,
        _ => DomainError::fault(context, error),
    }
}

impl Turn {
    /// Takes the turn. It ends with [`Self::end`], or a while after it was dropped.
    ///
    /// # Errors
    /// `Invalid` when another one has it.
    pub async fn take(backend: &Arc<Backend>) -> DomainResult<Self> {
        let held = jobs::hold(backend, BACKUPS).await?;
        held.map(Self).ok_or_else(|| DomainError::bad_request(TAKEN))
    }

    /// Ends it.
    pub async fn end(self) {
        self.0.release().await;
    }
}
