//! Why an import was refused or failed.

use underpin_files::FileError;
use underpin_model::DomainError;
use underpin_storage::StorageError;

use crate::schema::Undone;

/// Why an import was refused or failed.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The target is not empty.
    #[error("{0}; say --replace, and that goes")]
    Occupied(String),
    /// The source can't be read.
    #[error("{0}")]
    Source(String),
    /// An interrupted import can't go on with another source.
    #[error(
        "{0} holds half of another project, or the source was written since the import was \
         interrupted; say --replace to begin anew"
    )]
    OtherSource(String),
    /// The source was written while it was read.
    #[error(
        "{0} was written while it was read, so the target is of no use. Stop what writes it, and \
         run the import again with --replace; or say --running"
    )]
    Written(String),
    /// The target has not what the source has.
    #[error("both sides differ: {0}")]
    Differs(String),
    /// A file could not be read or written; the text says which.
    #[error("{0}")]
    File(String, #[source] std::io::Error),
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

impl From<Undone> for ImportError {
    fn from(undone: Undone) -> Self {
        match undone {
            Undone::Failed(error) => error.into(),
            Undone::CannotHave(left_out) => {
                let all: Vec<String> = left_out.iter().map(ToString::to_string).collect();
                Self::Source(all.join("; "))
            }
        }
    }
}
