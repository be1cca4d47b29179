//! Ids of collections, fields and records.

use rand::{RngExt, distr::Uniform};

const RECORD_ALPHABET: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

/// Length of a generated record id.
pub const RECORD_ID_LENGTH: usize = 15;

/// A new random record id: 15 characters of `a-z0-9` (77 bits).
pub fn record_id() -> String {
    random_lowercase(RECORD_ID_LENGTH)
}

/// `length` random characters of `a-z0-9`.
pub fn random_lowercase(length: usize) -> String {
    let Ok(range) = Uniform::new(0, RECORD_ALPHABET.len()) else {
        return String::new();
    };
    let mut rng = rand::rng();
    (0..length)
        .filter_map(|_| RECORD_ALPHABET.get(rng.sample(range)).copied())
        .map(char::from)
        .collect()
}

/// The default id of a collection, from its type and name: `pbc_` and a CRC-32 (IEEE).
pub fn collection_id(kind: &str, name: &str) -> String {
    format!("pbc_{}", crc32(&[kind.as_bytes(), name.as_bytes()]))
}

/// The default id of a field, from its type and name: the type and a CRC-32 of the name.
pub fn field_id(kind: &str, name: &str) -> String {
    format!("{kind}{}", crc32(&[name.as_bytes()]))
}

/// CRC-32 with the IEEE polynomial (reflected 0xEDB88320), as in RFC 1952.
fn crc32(parts: &[&[u8]]) -> u32 {
    let mut crc = u32::MAX;
    for byte in parts.iter().copied().flatten() {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            let mask = (crc & 1).wrapping_neg();
            crc = (crc >> 1) ^ (0xEDB8_8320 & mask);
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_those_that_clients_have_built_in() {
        assert_eq!(collection_id("auth", "_superusers"), "pbc_3142635823");
        assert_eq!(field_id("text", "id"), "text3208210256");
    }

    #[test]
    fn record_ids_have_their_alphabet_and_length() {
        let id = record_id();
        assert_eq!(id.len(), RECORD_ID_LENGTH);
        assert!(id.bytes().all(|byte| RECORD_ALPHABET.contains(&byte)));
    }
}
