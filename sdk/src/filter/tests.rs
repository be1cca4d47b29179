//! A filter's values stay what they were, and stay inside their literals.

use std::time::{Duration, SystemTime};

use proptest::prelude::*;

use super::{Filter, FilterError, FilterValue};

/// Reads one literal the way the server does: the text and what follows the closing quote.
fn read_literal(filter: &str) -> Option<(String, &str)> {
    let mut text = String::new();
    let mut characters = filter.char_indices();
    let (_, quote) = characters.next().filter(|(_, first)| matches!(first, '\'' | '"'))?;
    while let Some((at, character)) = characters.next() {
        match character {
            '\\' => match characters.next()?.1 {
                escaped @ ('\'' | '"' | '\\') => text.push(escaped),
                'n' => text.push('\n'),
                'r' => text.push('\r'),
                't' => text.push('\t'),
                other => text.extend(['\\', other]),
            },
            _ if character == quote => return Some((text, filter.split_at(at + 1).1)),
            _ => text.push(character),
        }
    }
    None
}

/// The stricter reading in which only the opening quote can be escaped: where does it end?
fn rest_after_quote_escapes(filter: &str) -> Option<&str> {
    let mut backslashes = 0;
    for (at, character) in filter.char_indices().skip(1) {
        match character {
            '\\' => backslashes += 1,
            '\'' if backslashes % 2 == 0 => return Some(filter.split_at(at + 1).1),
            _ => backslashes = 0,
        }
    }
    None
}

/// Text that tries to get out: mostly quotes, backslashes and syntax.
fn hostile_text() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        Just("'".to_owned()),
        Just("\"".to_owned()),
        Just("\\".to_owned()),
        Just("{}".to_owned()),
        Just("//".to_owned()),
        Just("\n".to_owned()),
        Just(" || true = true".to_owned()),
        Just(")".to_owned()),
        Just("n".to_owned()),
        any::<char>().prop_map(String::from),
    ];
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn a_text_comes_back_as_it_was_and_ends_where_it_should(first in hostile_text(), second in hostile_text()) {
        let text = filter!("a = {} && b = {}", first, second).to_string();
        let (read, rest) = read_literal(text.strip_prefix("a = ").unwrap()).unwrap();
        prop_assert_eq!(read, first);
        let (read, rest) = read_literal(rest.strip_prefix(" && b = ").unwrap()).unwrap();
        prop_assert_eq!(read, second);
        prop_assert_eq!(rest, "");
    }

    #[test]
    fn no_reading_of_the_escapes_lets_a_text_out(text in hostile_text()) {
        let filter = filter!("{} = a", &text).to_string();
        prop_assert_eq!(rest_after_quote_escapes(&filter), Some(" = a"));
    }

    #[test]
    fn finite_numbers_are_written_without_exponents(number in any::<f64>()) {
        let text = filter!("a = {}", number).to_string();
        if number.is_finite() {
            let written = text.strip_prefix("a = ").unwrap();
            prop_assert!(written.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '.')));
            prop_assert_eq!(written.parse::<f64>().unwrap(), number);
        }
    }
}

#[test]
fn every_kind_of_value_has_its_literal() {
    let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_348_000_123);
    let filter = filter!(
        "a = {} && b = {} && c = {} && d = {} && e = {} && f > {}",
        true,
        -5,
        1.5f32,
        None::<&str>,
        Some("x"),
        time,
    );
    assert_eq!(
        filter.to_string(),
        "a = true && b = -5 && c = 1.5 && d = null && e = 'x' && f > '2026-01-02 10:00:00.123Z'"
    );
}

#[test]
fn a_number_that_is_not_finite_is_refused_and_not_altered() {
    let filter = filter!("a = {}", f64::NAN).and(filter!("b = {}", 1));
    assert_eq!(filter.text(), Err(FilterError::NotFinite));
    assert!(f64::INFINITY.literal().text().is_err());
}

#[test]
fn joined_filters_keep_their_grouping() {
    let either = filter!("a = {}", 1).or(filter!("b = {}", 2));
    let all = Filter::all([either, filter!("c = {}", "x")]).unwrap();
    assert_eq!(all.to_string(), "((a = 1) || (b = 2)) && (c = 'x')");
    assert!(Filter::all([]).is_none());
}
