//! How deep a document may be: what is kept must be readable inside of a page, with records around
//! it that others lead to.

use crate::{Json, limits::MAX_DOCUMENT_DEPTH};

/// Whether a document has more levels of lists and objects than are kept.
pub fn is_too_deep(document: &Json) -> bool {
    has_more_levels(document, MAX_DOCUMENT_DEPTH)
}

fn has_more_levels(document: &Json, most: usize) -> bool {
    match document {
        Json::Array(_) | Json::Object(_) if most == 0 => true,
        Json::Array(items) => items.iter().any(|item| has_more_levels(item, most - 1)),
        Json::Object(map) => map.values().any(|value| has_more_levels(value, most - 1)),
        _ => false,
    }
}

/// As [`is_too_deep`], of the text of a document.
pub fn is_text_too_deep(text: &str) -> bool {
    // Each level has a beginning and an end.
    if text.len() <= MAX_DOCUMENT_DEPTH * 2 {
        return false;
    }
    let (mut depth, mut is_in_text, mut is_escaped) = (0_usize, false, false);
    for byte in text.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_in_text => is_escaped = true,
            b'"' => is_in_text = !is_in_text,
            b'[' | b'{' if !is_in_text => depth += 1,
            b']' | b'}' if !is_in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DOCUMENT_DEPTH {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, is_deep: bool) {
        assert_eq!(is_text_too_deep(text), is_deep, "{text:.50}");
        let document: Json = serde_json::from_str(text).unwrap();
        assert_eq!(is_too_deep(&document), is_deep, "{text:.50}");
    }

    #[test]
    fn levels_are_counted_and_signs_in_texts_are_not() {
        let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
        check(&nested(MAX_DOCUMENT_DEPTH), false);
        check(&nested(MAX_DOCUMENT_DEPTH + 1), true);
        let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        check(&objects(MAX_DOCUMENT_DEPTH), false);
        check(&objects(MAX_DOCUMENT_DEPTH + 1), true);
        check(&format!("[\"{}\"]", "[".repeat(1_000)), false);
        check(&format!("[\"\\\"{}\", \"\\\\\"]", "{".repeat(1_000)), false);
        check(&format!("[{}[]]", "[],".repeat(1_000)), false);
    }
}
