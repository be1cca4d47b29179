//! What can go wrong in the database, free of any driver's types.

use std::{error::Error, sync::Arc};

use underpin_model::DomainError;

/// What every function of this crate answers with.
pub type StorageResult<T> = Result<T, StorageError>;

/// A driver's own error, kept for the log. Shared, since a failed commit fails a whole group.
pub type Cause = Arc<dyn Error + Send + Sync>;

/// Why the database refused or failed. The text is safe to show, the source is for the log.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StorageError {
    /// A unique index has the value already.
    #[error("the value must be unique and is taken already")]
    Unique {
        /// The table; empty when the database names the index alone.
        table: String,
        /// The columns of the index in its order; empty when `index` is given.
        columns: Vec<String>,
        /// The index, when it is over expressions and the database names it alone.
        index: Option<String>,
    },
    /// A column that may not be null was left so.
    #[error("a needed value is missing")]
    NotNull {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A check of the table's definition failed.
    #[error("the data breaks a rule of the database")]
    Constraint(#[source] Cause),
    /// Others held the database for too long, or too many wait.
    #[error("the database is busy")]
    Busy,
    /// The statement took longer than allowed and was ended.
    #[error("the database took too long")]
    Timeout,
    /// No room on the disk.
    #[error("the database has no room left")]
    Full(#[source] Cause),
    /// The file is damaged or no database.
    #[error("the database file is damaged")]
    Corrupt(#[source] Cause),
    /// The database can't be reached: it is away, or the connection to it was lost. Nothing of
    /// what was asked has been done.
    #[error("the database can't be reached")]
    Unreachable(#[source] Cause),
    /// The connection was lost while a write was being committed, and whether it was kept could
    /// not be found out.
    #[error("the database was lost while a write was kept; it may have been kept or not")]
    Unknown(#[source] Cause),
    /// A value that this database can't keep, whatever the collection says; the text says why and
    /// is safe to show.
    #[error("{0}")]
    Unfit(&'static str),
    /// The database was closed.
    #[error("the database is closed")]
    Closed,
    /// The write unit panicked and was undone.
    #[error("the write failed unexpectedly")]
    Panicked,
    /// A name, index or view that can't be used; the text says why and is safe to show.
    #[error("{0}")]
    Definition(String),
    /// The database can't be brought to this program's version; the text says why.
    #[error("{0}")]
    Migration(String),
    /// A project can't be moved, or is moved in part; the text says why and is safe to show.
    #[error("{0}")]
    Transfer(String),
    /// A row has no such column, or another kind of value in it.
    #[error("a stored value has an unexpected form")]
    Row(#[source] Cause),
    /// Anything else.
    #[error("the database failed: {context}")]
    Other {
        /// What was tried.
        context: &'static str,
        /// Why it failed.
        source: Cause,
    },
}

impl StorageError {
    /// An error of the kind that has no kind of its own.
    pub(crate) fn other(
        context: &'static str,
        cause: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::Other { context, source: Arc::from(cause.into()) }
    }

    /// Whether SQLite may have undone the whole transaction along with the statement.
    /// Constraint violations and refused definitions undo the statement alone.
    pub(crate) fn ends_transaction(&self) -> bool {
        match self {
            Self::Unique { .. }
            | Self::NotNull { .. }
            | Self::Constraint(_)
            | Self::Definition(_)
            | Self::Migration(_)
            | Self::Transfer(_)
            | Self::Row(_)
            | Self::Unfit(_)
            | Self::Panicked => false,
            Self::Busy
            | Self::Timeout
            | Self::Full(_)
            | Self::Corrupt(_)
            | Self::Unreachable(_)
            | Self::Unknown(_)
            | Self::Closed => true,
            Self::Other { source, .. } => !crate::constraint::is_plain_sql_error(source),
        }
    }
}

/// Whether a table or a column was asked about that is not there.
fn is_gone(cause: &Cause) -> bool {
    crate::constraint::is_gone(cause) || crate::postgres::complaint::is_gone(cause)
}

impl From<StorageError> for DomainError {
    fn from(error: StorageError) -> Self {
        match error {
            StorageError::Busy | StorageError::Timeout | StorageError::Closed => DomainError::Busy,
            StorageError::Unreachable(cause) => {
                tracing::warn!(%cause, "the database can't be reached");
                DomainError::Busy
            }
            StorageError::Full(cause) => {
                tracing::error!(%cause, "the database has no room left");
                DomainError::NoRoom
            }
            // Planned on a schema that is another one by now.
            StorageError::Other { source, .. } if is_gone(&source) => {
                let sentence = "What was asked about has just changed, try again in a moment.";
                DomainError::unavailable(sentence, source)
            }
            StorageError::Unfit(reason) => DomainError::bad_request(reason),
            StorageError::Transfer(reason) => DomainError::bad_request(reason),
            other => DomainError::fault("database", other),
        }
    }
}
