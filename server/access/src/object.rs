//! The names of what policies are written for.
//!
//! Collections and fields go by their ids, so that a rename leaves every policy
//! where it was.

/// The character that makes the rest of a policy's object match anything.
pub(crate) const WILDCARD: char = '*';

/// The records of a collection: `collections/<collectionId>`.
pub fn collection(collection_id: &str) -> String {
    format!("collections/{collection_id}")
}

/// A field of a collection: `collections/<collectionId>/fields/<fieldId>`.
pub fn field(collection_id: &str, field_id: &str) -> String {
    format!("collections/{collection_id}/fields/{field_id}")
}

/// Whether a policy's object covers what is asked for: casbin's key match.
///
/// casbin cuts what is asked for at the byte where the pattern has its `*` and
/// panics inside a character; such a text can't have the pattern's beginning.
pub(crate) fn covers(asked: &str, pattern: &str) -> bool {
    let cut = pattern.find(WILDCARD).unwrap_or_default();
    if cut < asked.len() && !asked.is_char_boundary(cut) {
        return false;
    }
    casbin::function_map::key_match(asked, pattern)
}

/// Whether an object means what it seems to mean: `*` stands at its end alone.
///
/// casbin ignores whatever follows a `*`, so `collections/*/fields/title` would
/// cover every collection.
pub fn is_sound(pattern: &str) -> bool {
    pattern.find(WILDCARD).is_none_or(|at| at + WILDCARD.len_utf8() == pattern.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_inside_a_character_matches_nothing_and_does_not_panic() {
        assert!(!covers("channels/ä", "channels/a*"));
        assert!(!covers("channels/é", "channels/\u{1}*"));
        assert!(covers("channels/äöü", "channels/ä*"));
        assert!(!covers("ä", "a*"));
    }

    #[test]
    fn only_a_closing_wildcard_is_sound() {
        assert!(is_sound("collections/*") && is_sound("*") && is_sound("collections/posts"));
        assert!(!is_sound("collections/*/fields/title") && !is_sound("**"));
    }
}
