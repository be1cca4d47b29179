//! What can go wrong with a file.

/// Why a file was not stored, read or deleted.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It has more bytes than its field allows.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The most bytes that were allowed.
        limit: u64,
    },
    /// A part of its key cannot be a name in every store.
    #[error("the file's name or its record's id cannot be used as a path")]
    InvalidKey,
    /// The sender stopped or broke off.
    #[error("the upload broke off")]
    Interrupted(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The store refused or is not reachable.
    #[error("the file store failed")]
    Store(#[from] object_store::Error),
    /// What was read is not what was written.
    #[error("the file store gives back other bytes than it was given")]
    Changed,
    /// The disk refused.
    #[error("the disk failed")]
    Disk(#[from] std::io::Error),
}

impl FileError {
    /// The whole story in one line, for the person who has set the store up.
    #[must_use]
    pub fn reason(&self) -> String {
        underpin_model::causes(self)
    }
}
