//! The group `logs`: what is kept of requests and of what the server does, and for how long.

use serde::{Deserialize, Serialize};
use underpin_model::{ErrorTree, FieldError};

/// What is logged and how long it is kept.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Logs {
    /// Most bytes of data in one entry; 0 = the server's own limit.
    pub max_data_size: i64,
    /// Days that entries are kept; 0 = nothing is logged.
    pub max_days: i64,
    /// The least level that is kept: -4 debug, 0 info, 4 warnings, 8 errors.
    pub min_level: i64,
    /// Whether addresses of clients are kept.
    #[serde(rename = "logIP")]
    pub log_ip: bool,
    /// Whether ids of accounts are kept.
    pub log_auth_id: bool,
}

impl Default for Logs {
    fn default() -> Self {
        Self { max_data_size: 0, max_days: 5, min_level: 0, log_ip: true, log_auth_id: false }
    }
}

impl Logs {
    /// What can't be kept.
    pub(super) fn check(&self) -> ErrorTree {
        let mut errors = ErrorTree::default();
        for (name, number) in [("maxDataSize", self.max_data_size), ("maxDays", self.max_days)] {
            if number < 0 {
                errors.put(name, FieldError::below(0));
            }
        }
        errors
    }
}
