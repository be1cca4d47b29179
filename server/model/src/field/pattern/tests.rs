//! Tests of patterns.

use super::{compile, generate, matches};

#[test]
fn drawn_texts_match_their_pattern() {
    let patterns = [
        "[a-z0-9]{15}",
        r"post-[a-z]{3}\d+",
        "(a|bc){2,4}x?",
        r"[\w-]{8}",
        "(?i)abc",
        r"\pL{3}",
        ".{5}",
        "[^a]*",
        r"\Qa.b\E+",
        "[а-я]{3}",
        r"\x{10400}[\x{d700}-\x{e100}]",
    ];
    for pattern in patterns {
        for _ in 0..50 {
            let text = generate(pattern).unwrap();
            assert!(matches(&format!("^(?:{pattern})$"), &text), "{pattern} drew {text:?}");
        }
    }
}

#[test]
fn draws_differ() {
    assert_ne!(generate("[a-zA-Z0-9]{50}"), generate("[a-zA-Z0-9]{50}"));
}

#[test]
fn nothing_is_drawn_from_assertions_and_endless_patterns() {
    for pattern in ["^a", "a$", r"\b", "[", "((a{1000}){1000}){1000}"] {
        assert_eq!(generate(pattern), None, "{pattern}");
    }
}

#[test]
fn signs_mean_what_they_mean_in_re2() {
    let cases = [
        (r"^\d+$", "7", true),
        (r"^\d+$", "٣", false),
        (r"^\w$", "é", false),
        ("^[a&&b]$", "&", true),
        ("^[[a]+$", "[a", true),
        ("^[^]a]$", "]", false),
        ("^a{,3}$", "a{,3}", true),
        ("^{$", "{", true),
        (r"^\<$", "<", true),
        (r"^\Q[a]\E$", "[a]", true),
        (r"^\07$", "\u{7}", true),
        (r"^[\d-]+$", "1-2", true),
        (r"^[^\D]$", "5", true),
        ("^[[:alpha:]]$", "z", true),
        ("^a$", "a\n", false),
        ("(?i)^É$", "é", true),
        (r"^\p{Greek}$", "λ", true),
    ];
    for (pattern, text, expected) in cases {
        assert_eq!(matches(pattern, text), expected, "{pattern} on {text:?}");
    }
}

#[test]
fn a_huge_pattern_is_refused() {
    assert!(compile("(((a{100}){100}){100})").is_none());
}
