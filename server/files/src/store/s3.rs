//! Buckets of object stores that speak S3.

use std::{fmt, sync::Arc, time::Duration};

use object_store::{
    BackoffConfig, ClientOptions, RetryConfig,
    aws::{AmazonS3, AmazonS3Builder},
};

use super::Place;
use crate::error::FileError;

/// Size of the parts in which large files are sent: S3 takes no smaller ones than 5 MiB, and no more
/// than 10,000 of them, so this is enough for 80 GiB. An upload holds one of them in memory.
const PART_BYTES: usize = 8 * 1024 * 1024;
/// The largest file that S3 copies by itself.
const COPY_BYTES: u64 = 5 * 1024 * 1024 * 1024;
/// How long connecting may take.
const CONNECT_TIME: Duration = Duration::from_secs(5);
/// How long the store may be silent. A whole file may take as long as it needs.
const SILENCE: Duration = Duration::from_secs(30);
/// Tries after the first one, and for how long they go on.
const RETRIES: usize = 3;
const RETRY_TIME: Duration = Duration::from_secs(15);
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A bucket and the key to it.
#[derive(Clone, PartialEq, Eq)]
pub struct S3Bucket {
    /// Where the store is; without a scheme, `https://`.
    pub endpoint: String,
    /// The bucket's region.
    pub region: String,
    /// The bucket's name.
    pub name: String,
    /// Name of the key.
    pub access_key: String,
    /// The key.
    pub secret: String,
    /// Whether the bucket stands in the path of addresses, not in front of the host.
    pub path_style: bool,
}

impl S3Bucket {
    /// Opens it; nothing is sent yet.
    pub(super) fn open(&self) -> Result<Place, FileError> {
        let objects: AmazonS3 = self.builder().build()?;
        Ok(Place {
            objects: Arc::new(objects),
            staging_folder: None,
            part_bytes: PART_BYTES,
            copy_bytes: COPY_BYTES,
            bucket: Some(self.clone()),
        })
    }

    /// Everything is said here: nothing is taken from the environment.
    fn builder(&self) -> AmazonS3Builder {
        // Another part of the process may have chosen one already; then that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = ClientOptions::new()
            .with_allow_http(true)
            .with_connect_timeout(CONNECT_TIME)
            .with_read_timeout(SILENCE)
            .with_timeout_disabled();
        let retry = RetryConfig {
            backoff: BackoffConfig {
                init_backoff: FIRST_PAUSE,
                max_backoff: LONGEST_PAUSE,
                ..BackoffConfig::default()
            },
            max_retries: RETRIES,
            retry_timeout: RETRY_TIME,
        };
        AmazonS3Builder::new()
            .with_endpoint(self.address())
            .with_virtual_hosted_style_request(!self.path_style)
            .with_region(&self.region)
            .with_bucket_name(&self.name)
            .with_access_key_id(&self.access_key)
            .with_secret_access_key(&self.secret)
            .with_client_options(client)
            .with_retry(retry)
    }

    /// The address of the store, or of the bucket where that stands in front of the host.
    fn address(&self) -> String {
        let endpoint = self.endpoint.trim_end_matches('/');
        let (scheme, host) = endpoint.split_once("://").unwrap_or(("https", endpoint));
        if self.path_style {
            format!("{scheme}://{host}")
        } else {
            format!("{scheme}://{}.{host}", self.name)
        }
    }
}

impl fmt::Debug for S3Bucket {
    /// Without the key.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("S3Bucket")
            .field("endpoint", &self.endpoint)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(endpoint: &str, path_style: bool) -> S3Bucket {
        S3Bucket {
            endpoint: endpoint.to_owned(),
            region: "eu-central-1".to_owned(),
            name: "files".to_owned(),
            access_key: "key".to_owned(),
            secret: "hunter2".to_owned(),
            path_style,
        }
    }

    #[test]
    fn a_bucket_stands_in_front_of_the_host_or_in_the_path() {
        assert_eq!(bucket("s3.example.com", false).address(), "https://files.s3.example.com");
        assert_eq!(bucket("s3.example.com/", true).address(), "https://s3.example.com");
        let local = bucket("http://127.0.0.1:9000", true);
        assert_eq!(local.address(), "http://127.0.0.1:9000");
    }

    #[test]
    fn the_key_is_never_printed() {
        let bucket = bucket("s3.example.com", true);
        let printed = format!("{bucket:?} {:?}", bucket.open().unwrap());
        assert!(!printed.contains("hunter2"), "{printed}");
    }
}
