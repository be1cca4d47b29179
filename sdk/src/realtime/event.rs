//! What a subscription tells.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Error, Result};
use crate::record::Record;

/// What happened to a record, as a subscriber sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Action {
    /// It is new.
    Create,
    /// It changed, and was visible before.
    Update,
    /// It is gone.
    Delete,
    /// It changed and thereby came into what the subscription asks for.
    Enter,
    /// It changed and thereby left what the subscription asks for, or may see.
    Leave,
}

/// One thing a subscription tells.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event<T> {
    /// A record was created.
    Created {
        /// The record.
        record: Record<T>,
        /// Where this stands in the log.
        cursor: String,
    },
    /// A record was changed.
    Updated {
        /// The record after the change.
        record: Record<T>,
        /// Where this stands in the log.
        cursor: String,
    },
    /// A change brought a record into what the subscription asks for.
    Entered {
        /// The record after the change.
        record: Record<T>,
        /// Where this stands in the log.
        cursor: String,
    },
    /// A record was deleted.
    Deleted {
        /// The record's id.
        id: String,
        /// Where this stands in the log.
        cursor: String,
    },
    /// A change took a record out of what the subscription asks for, or may see.
    Left {
        /// The record's id.
        id: String,
        /// Where this stands in the log.
        cursor: String,
    },
    /// The records at the start, when the subscription asked for them; all later events come
    /// after this.
    Snapshot {
        /// The records.
        records: Vec<Record<T>>,
        /// Where this stands in the log.
        cursor: String,
    },
    /// The subscription was away for longer than the server's log reaches. It goes on from now;
    /// what was read before must be read anew. A subscription with a snapshot gets a new one next.
    Reset {
        /// Why.
        reason: String,
    },
}

impl<T> Event<T> {
    /// What happened to a record; `None` for a snapshot and a reset.
    #[must_use]
    pub const fn action(&self) -> Option<Action> {
        match self {
            Self::Created { .. } => Some(Action::Create),
            Self::Updated { .. } => Some(Action::Update),
            Self::Entered { .. } => Some(Action::Enter),
            Self::Deleted { .. } => Some(Action::Delete),
            Self::Left { .. } => Some(Action::Leave),
            Self::Snapshot { .. } | Self::Reset { .. } => None,
        }
    }

    /// The record after the change, where there is one.
    #[must_use]
    pub const fn record(&self) -> Option<&Record<T>> {
        match self {
            Self::Created { record, .. }
            | Self::Updated { record, .. }
            | Self::Entered { record, .. } => Some(record),
            _ => None,
        }
    }

    /// Where this stands in the log. A later subscription with
    /// [`since`](super::Subscribe::since) goes on after it.
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        match self {
            Self::Created { cursor, .. }
            | Self::Updated { cursor, .. }
            | Self::Entered { cursor, .. }
            | Self::Deleted { cursor, .. }
            | Self::Left { cursor, .. }
            | Self::Snapshot { cursor, .. } => Some(cursor),
            Self::Reset { .. } => None,
        }
    }
}

/// An event whose records have not been read yet.
#[derive(Debug)]
pub(super) enum RawEvent {
    Change { action: Action, record: Value, cursor: String },
    Snapshot { records: Vec<Value>, cursor: String },
    Reset { reason: String },
}

impl RawEvent {
    pub(super) fn cursor(&self) -> Option<&str> {
        match self {
            Self::Change { cursor, .. } | Self::Snapshot { cursor, .. } => Some(cursor),
            Self::Reset { .. } => None,
        }
    }

    pub(super) fn read<T: DeserializeOwned>(self) -> Result<Event<T>> {
        Ok(match self {
            Self::Change { action: Action::Create, record, cursor } => {
                Event::Created { record: read_record(record)?, cursor }
            }
            Self::Change { action: Action::Update, record, cursor } => {
                Event::Updated { record: read_record(record)?, cursor }
            }
            Self::Change { action: Action::Enter, record, cursor } => {
                Event::Entered { record: read_record(record)?, cursor }
            }
            Self::Change { action: Action::Delete, record, cursor } => {
                Event::Deleted { id: id_of(&record), cursor }
            }
            Self::Change { action: Action::Leave, record, cursor } => {
                Event::Left { id: id_of(&record), cursor }
            }
            Self::Snapshot { records, cursor } => {
                let records = records.into_iter().map(read_record).collect::<Result<_>>()?;
                Event::Snapshot { records, cursor }
            }
            Self::Reset { reason } => Event::Reset { reason },
        })
    }
}

fn read_record<T: DeserializeOwned>(record: Value) -> Result<Record<T>> {
    Record::from_value(record)
        .map_err(|source| Error::Decode { expected: std::any::type_name::<T>(), source })
}

fn id_of(record: &Value) -> String {
    record.get("id").and_then(Value::as_str).unwrap_or_default().to_owned()
}
