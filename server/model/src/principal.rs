//! Who asks.

use std::sync::Arc;

use crate::Record;

/// Who a request comes from.
#[derive(Clone, Debug)]
pub enum Principal {
    /// Nobody known.
    Guest,
    /// A record of an auth collection.
    User(Arc<Record>),
    /// A record of `_superusers`. Passes every check.
    Superuser(Arc<Record>),
    /// The server itself: jobs, the command line. Passes every check.
    System,
}

impl Principal {
    /// The record behind the principal, if it has one.
    pub fn record(&self) -> Option<&Arc<Record>> {
        match self {
            Self::User(record) | Self::Superuser(record) => Some(record),
            Self::Guest | Self::System => None,
        }
    }

    /// Whether every check is passed.
    pub fn is_superuser(&self) -> bool {
        matches!(self, Self::Superuser(_) | Self::System)
    }
}
