//! Random keys and codes, straight from the operating system.

use rand::{
    TryRng,
    rngs::{SysError, SysRng},
};

const MIXED_CASE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const DIGITS: &[u8] = b"0123456789";

/// `length` characters, each drawn from the alphabet with equal chance.
///
/// Bytes that would favour the alphabet's beginning are thrown away. An alphabet that is empty
/// or has more than 256 characters gives an empty text.
///
/// # Panics
/// When the operating system has no randomness to give; a guessable key would be worse.
#[must_use]
pub fn random_text(alphabet: &[u8], length: usize) -> String {
    let Some(fair) = fair_bytes(alphabet.len()) else {
        return String::new();
    };
    let mut text = String::with_capacity(length);
    let mut pool = [0_u8; 64];
    while text.len() < length {
        fill(&mut pool);
        let drawn = pool
            .iter()
            .map(|byte| usize::from(*byte))
            .filter(|byte| *byte < fair)
            .filter_map(|byte| alphabet.get(byte % alphabet.len()))
            .take(length - text.len());
        text.extend(drawn.copied().filter(u8::is_ascii).map(char::from));
    }
    text
}

/// A new token key of an auth record: 50 characters of `a-zA-Z0-9` (297 bits).
#[must_use]
pub fn token_key() -> String {
    random_text(MIXED_CASE, 50)
}

/// A one-time code of decimal digits.
#[must_use]
pub fn digit_code(length: usize) -> String {
    random_text(DIGITS, length)
}

/// How many of the 256 bytes spread evenly over an alphabet of this size.
fn fair_bytes(alphabet: usize) -> Option<usize> {
    if alphabet == 0 || alphabet > 256 {
        return None;
    }
    Some(256 - 256 % alphabet)
}

fn fill(pool: &mut [u8]) {
    let filled: Result<(), SysError> = SysRng.try_fill_bytes(pool);
    if let Err(error) = filled {
        panic!("the operating system gave no randomness: {error}");
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{HashMap, HashSet};

    use super::*;

    const LOWERCASE: &[u8] = b"abcdefghijklmnopqrstuvwxyz0123456789";

    #[test]
    fn keys_and_codes_have_their_length_and_alphabet() {
        let (key, code) = (token_key(), digit_code(8));
        assert!(key.len() == 50 && key.bytes().all(|byte| MIXED_CASE.contains(&byte)), "{key}");
        assert!(code.len() == 8 && code.bytes().all(|byte| DIGITS.contains(&byte)), "{code}");
    }

    #[test]
    fn every_character_is_drawn_about_equally_often() {
        let mut counts = HashMap::new();
        for character in random_text(LOWERCASE, 180_000).chars() {
            *counts.entry(character).or_insert(0_u32) += 1;
        }
        // 5000 each; the deviation is about 70, while taking bytes modulo 36 would give
        // the first four characters 5625.
        assert_eq!(counts.len(), LOWERCASE.len());
        assert!(counts.values().all(|count| (4500..5500).contains(count)), "{counts:?}");
    }

    #[test]
    fn keys_do_not_repeat() {
        let keys: HashSet<String> = (0..10_000).map(|_| token_key()).collect();
        assert_eq!(keys.len(), 10_000);
    }

    #[test]
    fn an_alphabet_without_characters_ends_at_once() {
        assert_eq!(random_text(b"", 5), "");
        assert_eq!(random_text(b"x", 3), "xxx");
    }
}
