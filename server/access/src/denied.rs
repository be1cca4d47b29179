//! Why something is refused, and what the caller is told.

use thiserror::Error;
use underpin_model::DomainError;

/// Why a principal may not do something, whatever the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[error("{}", self.message())]
pub enum Denied {
    /// No policy allows it to anybody: superusers alone.
    Locked,
    /// Others may; this principal has none of their roles, or is denied it.
    Refused,
    /// Records of a view come from its query and can't be written.
    ReadOnly,
}

impl Denied {
    /// The public sentence.
    pub fn message(self) -> &'static str {
        match self {
            Self::Locked => "This is reserved for superusers.",
            Self::Refused => "You are not allowed to do this.",
            Self::ReadOnly => "The records of a view can't be changed.",
        }
    }
}

impl From<Denied> for DomainError {
    fn from(denied: Denied) -> Self {
        match denied {
            Denied::Locked | Denied::Refused => Self::Forbidden(denied.message()),
            Denied::ReadOnly => Self::bad_request(denied.message()),
        }
    }
}
