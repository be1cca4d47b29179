//! Sealing of secrets that have to be read again, such as passwords of other services: with
//! ChaCha20-Poly1305, under a key that is not kept beside them.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom, SystemRandom},
};
use sha2::{Digest, Sha256};

use crate::{mac::hmac_sha256, secret::Secret};

/// Shortest text that is taken for a key, in bytes.
pub const MIN_KEY_BYTES: usize = 32;

/// How a sealed text begins.
const PREFIX: &str = "sealed:1:";
/// What the key for sealing is made of, besides the text.
const KEY_PURPOSE: &str = "underpin sealing key 1\n";
/// What the mark of a key is made of, besides the text.
const MARK_PURPOSE: &[u8] = b"underpin mark of a sealing key 1";

/// Why something was not sealed or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The text is too short for a key.
    #[error("a settings key has at least {MIN_KEY_BYTES} characters")]
    WeakKey,
    /// It was sealed under another key, or changed since.
    #[error("it is not the settings key that the stored secrets were sealed under")]
    OtherKey,
    /// The system has no randomness, or the text is too long.
    #[error("it can't be sealed")]
    NotSealed,
}

/// A key that seals and opens.
#[derive(Clone)]
pub struct SealingKey {
    key: LessSafeKey,
    mark: String,
}

impl SealingKey {
    /// The key that a long random text stands for.
    ///
    /// # Errors
    /// [`SealError::WeakKey`]
    pub fn from_text(text: &Secret) -> Result<Self, SealError> {
        if text.expose().len() < MIN_KEY_BYTES {
            return Err(SealError::WeakKey);
        }
        let digest = Sha256::new().chain_update(KEY_PURPOSE).chain_update(text.expose()).finalize();
        let key = UnboundKey::new(&CHACHA20_POLY1305, &digest).map_err(|_| SealError::WeakKey)?;
        let mark = hmac_sha256(text, MARK_PURPOSE).ok_or(SealError::WeakKey)?;
        Ok(Self { key: LessSafeKey::new(key), mark: URL_SAFE_NO_PAD.encode(mark) })
    }

    /// A text that tells this key from others and nothing of it.
    #[must_use]
    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// Seals a text for a place, in which alone it can be opened.
    ///
    /// # Errors
    /// [`SealError::NotSealed`]
    pub fn seal(&self, place: &str, text: &str) -> Result<String, SealError> {
        let mut nonce = [0_u8; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| SealError::NotSealed)?;
        let mut bytes = text.as_bytes().to_vec();
        self.key
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place),
                &mut bytes,
            )
            .map_err(|_| SealError::NotSealed)?;
        Ok(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode([nonce.as_slice(), &bytes].concat())))
    }

    /// The text that was sealed for a place.
    ///
    /// # Errors
    /// [`SealError::OtherKey`]
    pub fn open(&self, place: &str, sealed: &str) -> Result<Secret, SealError> {
        let encoded = sealed.strip_prefix(PREFIX).ok_or(SealError::OtherKey)?;
        let bytes = URL_SAFE_NO_PAD.decode(encoded).map_err(|_| SealError::OtherKey)?;
        let (nonce, bytes) = bytes.split_first_chunk().ok_or(SealError::OtherKey)?;
        let mut bytes = bytes.to_vec();
        let text = self
            .key
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(place), &mut bytes)
            .map_err(|_| SealError::OtherKey)?;
        let text = std::str::from_utf8(text).map_err(|_| SealError::OtherKey)?;
        Ok(Secret::new(text))
    }
}

impl std::fmt::Debug for SealingKey {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("SealingKey").field("mark", &self.mark).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(text: &str) -> SealingKey {
        SealingKey::from_text(&Secret::new(text)).unwrap()
    }

    const TEXT: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn short_texts_are_no_keys() {
        let short = Secret::new("0123456789abcdef0123456789abcde");
        assert_eq!(SealingKey::from_text(&short).err(), Some(SealError::WeakKey));
    }

    #[test]
    fn a_mark_tells_keys_apart_and_stays_the_same() {
        assert_eq!(key(TEXT).mark(), key(TEXT).mark());
        assert_ne!(key(TEXT).mark(), key(&TEXT.replace('f', "e")).mark());
        assert!(!format!("{:?}", key(TEXT)).contains(TEXT));
    }

    #[test]
    fn nothing_is_sealed_twice_alike() {
        assert_ne!(key(TEXT).seal("a", "x").unwrap(), key(TEXT).seal("a", "x").unwrap());
    }

    proptest! {
        #[test]
        fn what_was_sealed_opens_in_its_place_under_its_key_unchanged(
            text in any::<String>(), place in ".{0,20}", at in any::<prop::sample::Index>()
        ) {
            let sealed = key(TEXT).seal(&place, &text).unwrap();
            let opened = key(TEXT).open(&place, &sealed).unwrap();
            prop_assert_eq!(opened.expose(), text);
            let elsewhere = format!("{place}x");
            prop_assert!(key(TEXT).open(&elsewhere, &sealed).is_err());
            prop_assert!(key(&TEXT.replace('0', "1")).open(&place, &sealed).is_err());
            let mut changed = sealed.into_bytes();
            let at = at.index(changed.len());
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            prop_assert!(key(TEXT).open(&place, &changed).is_err());
        }
    }
}
