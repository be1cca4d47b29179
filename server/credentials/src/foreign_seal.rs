//! Texts that the reference server has encrypted: AES-256-GCM, base64 of nonce, text and tag.

use base64::{Engine, engine::general_purpose::STANDARD};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::secret::Secret;

/// The text, if it is sealed under this key of 32 bytes.
#[must_use]
pub fn open(key: &Secret, sealed: &str) -> Option<String> {
    let mut bytes = STANDARD.decode(sealed).ok()?;
    let (nonce, text) = bytes.split_at_mut_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    let key = UnboundKey::new(&AES_256_GCM, key.expose().as_bytes()).ok()?;
    let text = LessSafeKey::new(key).open_in_place(nonce, Aad::empty(), text).ok()?;
    String::from_utf8(text.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_key_or_another_text_opens_nothing() {
        let key = Secret::new("abcdefghijklmnopqrstuvwxyz012345");
        let sealed = {
            let key = UnboundKey::new(&AES_256_GCM, key.expose().as_bytes()).unwrap();
            let mut text = b"{}".to_vec();
            let nonce = Nonce::assume_unique_for_key([7; NONCE_LEN]);
            LessSafeKey::new(key).seal_in_place_append_tag(nonce, Aad::empty(), &mut text).unwrap();
            STANDARD.encode([[7; NONCE_LEN].to_vec(), text].concat())
        };
        assert_eq!(open(&key, &sealed).as_deref(), Some("{}"));
        assert_eq!(open(&Secret::new("x".repeat(32)), &sealed), None);
        assert_eq!(open(&Secret::new("short"), &sealed), None);
        assert_eq!(open(&key, "{\"no\": 1}"), None);
        assert_eq!(open(&key, "AAAA"), None);
    }
}
