//! From the group `s3` to the bucket that files are in.

use underpin_files::{FileError, FileStore, S3Bucket};
use underpin_model::{DomainError, DomainResult, ErrorCode, ErrorTree};

use super::{S3, Settings};
use crate::{Backend, OpContext};

/// Which of the two buckets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bucket {
    /// That of uploaded files.
    Storage,
    /// That of backups.
    Backups,
}

impl Bucket {
    /// The one with a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "storage" => Some(Self::Storage),
            "backups" => Some(Self::Backups),
            _ => None,
        }
    }
}

impl S3 {
    fn bucket(&self) -> S3Bucket {
        S3Bucket {
            endpoint: self.endpoint.clone(),
            region: self.region.clone(),
            name: self.bucket.clone(),
            access_key: self.access_key.clone(),
            secret: self.secret.expose().to_owned(),
            path_style: self.force_path_style,
        }
    }
}

/// Lets files be where the settings say.
///
/// # Errors
/// A bucket whose address can't be used; nothing changes then.
pub fn place_files(files: &FileStore, settings: &Settings) -> DomainResult<()> {
    if !settings.s3.enabled {
        files.move_home();
        return Ok(());
    }
    files
        .move_to(&settings.s3.bucket())
        .map_err(|error| DomainError::fault("opening the bucket for files", error))
}

/// Lets backups be where the settings say.
///
/// # Errors
/// A bucket whose address can't be used; nothing changes then.
pub fn place_backups(store: &FileStore, settings: &Settings) -> DomainResult<()> {
    let s3 = &settings.backups.s3;
    if !s3.enabled {
        store.move_home();
        return Ok(());
    }
    store
        .move_to(&s3.bucket())
        .map_err(|error| DomainError::fault("opening the bucket for backups", error))
}

/// The bucket that settings have files in, if it is one.
///
/// # Errors
/// A bucket whose address can't be used.
pub(crate) fn bucket_of_files(settings: &Settings) -> DomainResult<Option<FileStore>> {
    let bucket = settings.s3.enabled.then(|| FileStore::bucket(&settings.s3.bucket()));
    let bucket = bucket.transpose();
    bucket.map_err(|error| DomainError::fault("opening the bucket for files", error))
}

/// Sees whether the buckets that are to be used can be opened at all. Nothing is sent.
pub(super) fn check(settings: &Settings) -> DomainResult<()> {
    let mut errors = ErrorTree::default();
    let is_wrong = |s3: &S3| s3.enabled && FileStore::bucket(&s3.bucket()).is_err();
    let wrong = || ErrorTree::one("endpoint", ErrorCode::InvalidValue);
    if is_wrong(&settings.s3) {
        errors.put_branch("s3", wrong());
    }
    if is_wrong(&settings.backups.s3) {
        let mut backups = ErrorTree::default();
        backups.put_branch("s3", wrong());
        errors.put_branch("backups", backups);
    }
    errors.into_result("The settings can't be saved.")
}

/// Writes a file to a bucket, reads it and removes it. For superusers; the caller has checked that.
///
/// # Errors
/// `Invalid` with the reason, if that can't be done.
pub async fn test_bucket(backend: &Backend, _: &OpContext, which: Bucket) -> DomainResult<()> {
    let settings = backend.settings.current();
    let s3 = match which {
        Bucket::Storage => &settings.s3,
        Bucket::Backups => &settings.backups.s3,
    };
    if !s3.enabled {
        return Err(DomainError::bad_request("The bucket can't be used: it is not enabled."));
    }
    let tried = async { FileStore::bucket(&s3.bucket())?.probe().await };
    let refused = |error: FileError| {
        DomainError::bad_request(format!("The bucket can't be used: {}.", error.reason()))
    };
    tried.await.map_err(refused)
}
