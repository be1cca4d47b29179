//! What a batch is made of, and what it answers.

use std::collections::BTreeMap;

use underpin_model::{DomainError, DomainResult, Json, JsonMap};

use crate::records::{Upload, ViewAsk};

/// One request of a batch.
pub struct BatchRequest {
    /// What it asks for.
    pub action: BatchAction,
    /// Its method and path as they were sent, for limits.
    pub address: (String, String),
    /// What rules see as its query.
    pub query: BTreeMap<String, String>,
    /// What rules see as its headers.
    pub headers: BTreeMap<String, String>,
    /// The submitted data.
    pub body: JsonMap,
    /// Its files, already streamed to their staging place.
    pub uploads: Vec<Upload>,
    /// How its answer is shaped. Parameters that can't be read are refused when it is its turn.
    pub view: DomainResult<ViewAsk>,
}

/// What a request of a batch asks for. Collections go by name or id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BatchAction {
    /// Make a record.
    Create {
        /// Where.
        collection: String,
    },
    /// Change a record.
    Update {
        /// Where.
        collection: String,
        /// Which.
        id: String,
    },
    /// Change the record with the id that the data has, or make it.
    Upsert {
        /// Where.
        collection: String,
    },
    /// Delete a record.
    Delete {
        /// Where.
        collection: String,
        /// Which.
        id: String,
    },
    /// Nothing that a batch can do.
    Unknown,
}

impl BatchAction {
    /// The collection, and what limits call the deed.
    pub(super) fn counted_as(&self) -> Option<(&str, &'static [&'static str])> {
        match self {
            Self::Create { collection } | Self::Upsert { collection } => {
                Some((collection, &["create"]))
            }
            Self::Update { collection, .. } => Some((collection, &["update"])),
            Self::Delete { collection, .. } => Some((collection, &["delete"])),
            Self::Unknown => None,
        }
    }

    /// What rules see as its method.
    pub(super) fn method(&self) -> &'static str {
        match self {
            Self::Create { .. } | Self::Upsert { .. } | Self::Unknown => "POST",
            Self::Update { .. } => "PATCH",
            Self::Delete { .. } => "DELETE",
        }
    }
}

/// The answer to one request of a batch.
pub enum BatchAnswer {
    /// The record as the caller sees it.
    Record(Json),
    /// It is deleted.
    Deleted,
}

/// Why a batch was not carried out.
#[derive(Debug)]
pub enum BatchError {
    /// It could not be carried out as a whole.
    Whole(DomainError),
    /// One of its requests was refused.
    Request {
        /// Its place, from 0.
        place: usize,
        /// Why.
        cause: DomainError,
    },
}

impl From<DomainError> for BatchError {
    fn from(error: DomainError) -> Self {
        Self::Whole(error)
    }
}
