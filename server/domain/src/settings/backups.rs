//! The group `backups`: when they are made by themselves, how many are kept, and where.

use serde::{Deserialize, Serialize};
use underpin_model::{CronExpression, ErrorCode, ErrorTree, FieldError};

use super::s3::S3;

/// When backups are made by themselves, how many are kept, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Backups {
    /// When they are made; empty = only when asked for.
    pub cron: String,
    /// How many of those are kept.
    pub cron_max_keep: i64,
    /// A bucket in place of the data folder.
    pub s3: S3,
}

impl Default for Backups {
    fn default() -> Self {
        Self { cron: String::new(), cron_max_keep: 3, s3: S3::default() }
    }
}

impl Backups {
    /// What can't be kept.
    pub(super) fn check(&self) -> ErrorTree {
        let mut errors = ErrorTree::default();
        if !self.cron.is_empty() && CronExpression::parse(&self.cron).is_none() {
            errors.put("cron", ErrorCode::InvalidCron);
        }
        if self.cron_max_keep < 0 {
            errors.put("cronMaxKeep", FieldError::below(1));
        } else if self.cron_max_keep == 0 && !self.cron.is_empty() {
            errors.put("cronMaxKeep", ErrorCode::Required);
        }
        errors.put_branch("s3", self.s3.check());
        errors
    }
}
