//! HMAC-SHA256: the signature of tokens and of outgoing webhooks.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::secret::Secret;

/// The HMAC-SHA256 of a message.
#[must_use]
pub fn hmac_sha256(key: &Secret, message: &[u8]) -> Option<[u8; 32]> {
    Some(keyed(key)?.chain_update(message).finalize().into_bytes().into())
}

/// Whether a signature is the message's, in constant time.
#[must_use]
pub fn hmac_sha256_matches(key: &Secret, message: &[u8], signature: &[u8]) -> bool {
    keyed(key).is_some_and(|mac| mac.chain_update(message).verify_slice(signature).is_ok())
}

fn keyed(key: &Secret) -> Option<Hmac<Sha256>> {
    Hmac::new_from_slice(key.expose().as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_hmac_of_rfc_4231() {
        // Test case 2.
        let key = Secret::new("Jefe");
        let message = b"what do ya want for nothing?";
        let mac = hmac_sha256(&key, message).unwrap();
        assert_eq!(mac[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        assert_eq!(mac[28..], [0x64, 0xec, 0x38, 0x43]);
        assert!(hmac_sha256_matches(&key, message, &mac));
        assert!(!hmac_sha256_matches(&key, message, &mac[..31]));
        assert!(!hmac_sha256_matches(&key, b"what do ya want for nothing!", &mac));
    }
}
