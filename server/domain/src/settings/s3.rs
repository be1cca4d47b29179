//! The group `s3`: an object store in place of the data folder. Backups have one of their own.

use serde::{Deserialize, Serialize};
use underpin_model::{ErrorCode, ErrorTree, field::is_web_address};

use super::secret::SecretEntry;

/// A bucket of an object store that speaks S3.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct S3 {
    /// Whether files are kept there.
    pub enabled: bool,
    /// The bucket's name.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// Where the store is; without a scheme, `https://`.
    pub endpoint: String,
    /// Name of the key.
    pub access_key: String,
    /// The key itself.
    pub secret: SecretEntry,
    /// Whether the bucket stands in the path of addresses, not in front of the host.
    pub force_path_style: bool,
}

impl S3 {
    /// What can't be kept. Everything may be left open while it is off.
    pub(super) fn check(&self) -> ErrorTree {
        let mut errors = ErrorTree::default();
        for (name, text) in [
            ("bucket", self.bucket.as_str()),
            ("region", &self.region),
            ("endpoint", &self.endpoint),
            ("accessKey", &self.access_key),
            ("secret", self.secret.expose()),
        ] {
            if self.enabled && text.is_empty() {
                errors.put(name, ErrorCode::Required);
            }
        }
        if !self.endpoint.is_empty() && !is_web_address(&self.endpoint) {
            errors.put("endpoint", ErrorCode::IsUrl);
        }
        errors
    }
}
