//! Where backups lie, and whose turn it is.

use std::fs::File;

use underpin_model::{DomainError, DomainResult};

use super::BackupName;
use crate::Backend;

/// The right to make or to restore a backup: one at a time, in the whole cluster.
pub struct Turn {
    _private: (),
}

impl Turn {
    /// Takes the turn. It ends with [`Self::end`], or a while after it was dropped.
    ///
    /// # Errors
    /// `Invalid` when another one has it.
    pub async fn take(_backend: &Backend) -> DomainResult<Self> {
        std::future::ready(Err(DomainError::Busy)).await
    }

    /// Ends it.
    pub async fn end(self) {
        std::future::ready(()).await;
    }
}

/// Opens a backup for reading, as a file of this machine: fetched first where backups lie in a bucket.
///
/// # Errors
/// `NotFound` when there is none of that name.
pub async fn open(_backend: &Backend, _name: &BackupName) -> DomainResult<File> {
    std::future::ready(Err(DomainError::NotFound)).await
}
