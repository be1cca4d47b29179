//! Live settings: kept in the database, changed without a restart.
//!
//! A group of settings is a file of this folder, with its defaults and what it refuses, and a
//! row of [`groups::Settings`]. Nothing outside this folder lists the groups.

mod address;
mod backups;
mod batch;
mod bucket;
mod forget;
mod groups;
mod imported;
mod key;
mod live;
mod logs;
mod meta;
mod overlay;
mod rate_limits;
mod row;
mod s3;
mod sealed;
mod secret;
mod smtp;
mod trusted_proxy;

pub use self::{
    address::{covers, is_range},
    backups::Backups,
    batch::Batch,
    bucket::{Bucket, place_backups, place_files, test_bucket},
    forget::forget_secrets,
    groups::Settings,
    key::has_sealed_secrets,
    live::{LiveSettings, change},
    logs::Logs,
    meta::Meta,
    rate_limits::{RateLimitRule, RateLimits},
    s3::S3,
    secret::SecretEntry,
    smtp::Smtp,
    trusted_proxy::TrustedProxy,
};
pub(crate) use self::{
    bucket::bucket_of_files, imported::ImportedSettings, key::fits, live::reload,
};
