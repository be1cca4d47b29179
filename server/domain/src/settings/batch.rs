//! The group `batch`: whether several requests may come as one, and how many.

use serde::{Deserialize, Serialize};
use underpin_model::{ErrorCode, ErrorTree, FieldError};

/// Whether and how far batches are allowed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Batch {
    /// Whether they are allowed at all.
    pub enabled: bool,
    /// Most requests in one.
    pub max_requests: i64,
    /// How long one may take, in seconds.
    pub timeout: i64,
    /// Largest body in bytes; 0 = a default.
    pub max_body_size: i64,
}

impl Default for Batch {
    fn default() -> Self {
        Self { enabled: false, max_requests: 50, timeout: 3, max_body_size: 0 }
    }
}

impl Batch {
    /// What can't be kept. Limits may be left open while batches are off.
    pub(super) fn check(&self) -> ErrorTree {
        let mut errors = ErrorTree::default();
        for (name, limit) in [("maxRequests", self.max_requests), ("timeout", self.timeout)] {
            if self.enabled && limit == 0 {
                errors.put(name, ErrorCode::Required);
            }
        }
        for (name, limit) in [
            ("maxRequests", self.max_requests),
            ("timeout", self.timeout),
            ("maxBodySize", self.max_body_size),
        ] {
            if limit < 0 {
                errors.put(name, FieldError::below(0));
            }
        }
        errors
    }
}
