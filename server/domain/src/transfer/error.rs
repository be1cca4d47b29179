//! Why a transfer was refused or failed.

use underpin_files::FileError;
use underpin_model::DomainError;
use underpin_storage::StorageError;

/// Why a transfer was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The target is not empty.
    #[error("{0}: a project is moved into an empty database alone")]
    Occupied(String),
    /// Values or names that the target can't keep, each as a sentence. Nothing was written.
    #[error("the target can't keep everything, so nothing was moved:\n  {}", .0.join("\n  "))]
    CannotBeMoved(Vec<String>),
    /// Views and indexes that the target can't have.
    #[error(
        "the target's database can't have these; with --leave-out it goes on without them:\n  {}",
        .0.join("\n  ")
    )]
    CannotHave(Vec<String>),
    /// An interrupted transfer can't go on with another source.
    #[error(
        "{0} holds half of another project, or the source was written since the transfer was \
         interrupted; begin anew with an empty database"
    )]
    OtherSource(String),
    /// A database failed.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The store of files failed.
    #[error("copying files")]
    Files(#[from] FileError),
    /// Something else failed.
    #[error(transparent)]
    Domain(#[from] DomainError),
}
