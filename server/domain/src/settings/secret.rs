//! Secret entries of the settings.
//!
//! They go in and never come out: an answer leaves them away, and what stands in their place
//! between clients and the stored row is a mask. The row holds them sealed.

use serde::{Deserialize, Serialize, Serializer};
use underpin_credentials::Secret;

/// What stands for a secret. Sent back, it leaves the secret as it is.
const MASK: &str = "******";

/// A secret entry. It is printed and serialised as a mask.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct SecretEntry(Secret);

impl SecretEntry {
    /// A secret.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Secret::new(text))
    }

    /// The text itself.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose()
    }

    /// The secret that was sent, or the present one where a mask was.
    pub(super) fn or_kept(&self, present: &Self) -> Self {
        if self.expose() == MASK { present.clone() } else { self.clone() }
    }
}

impl Default for SecretEntry {
    fn default() -> Self {
        Self::new("")
    }
}

impl Serialize for SecretEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(MASK)
    }
}
