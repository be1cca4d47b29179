//! A text that must not reach a log, an answer or a panic message.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A secret text. It has no `Display` and no `Serialize`, its `Debug` is blank, and it is
/// compared in constant time.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    /// Takes a text into custody.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A signing key made of two parts, such as a record's token key and its collection's secret.
    #[must_use]
    pub fn joined(first: &str, second: &str) -> Self {
        Self([first, second].concat())
    }

    /// The text itself; the name is to stand out in a review.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// Whether the other text is the same, in a time that tells no more than the length.
    #[must_use]
    pub fn matches(&self, other: &str) -> bool {
        self.0.as_bytes().ct_eq(other.as_bytes()).into()
    }

    /// The SHA-256 of the text, base64url: what is stored of long random secrets.
    ///
    /// Not for passwords or short codes, which could be guessed from it: those go through
    /// [`crate::PasswordHasher`].
    #[must_use]
    pub fn digest(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.0.as_bytes()))
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text)
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.matches(&other.0)
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_output_tells_nothing_of_the_text() {
        let printed = format!("{:?} {:#?}", Secret::new("hunter2"), Some(Secret::new("hunter2")));
        assert!(!printed.contains("hunter2"), "{printed}");
    }

    #[test]
    fn only_equal_texts_match() {
        let secret = Secret::joined("abc", "def");
        assert!(secret.matches("abcdef"));
        for other in ["", "abcde", "abcdefg", "abcdeg", "ABCDEF"] {
            assert!(!secret.matches(other), "{other}");
        }
    }

    #[test]
    fn the_digest_is_plain_sha256() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(Secret::new("abc").digest(), "ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0");
    }
}
