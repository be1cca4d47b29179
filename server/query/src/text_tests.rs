//! Texts to trees and back.

use std::time::{Duration, Instant};

use proptest::prelude::*;

use crate::{SortBy, SyntaxProblem, Trust, parse, parse_from_client, parse_sort};

fn printed(text: &str) -> String {
    parse(text).unwrap_or_else(|error| panic!("{text}: {error}")).to_string()
}

#[test]
fn and_binds_tighter_than_or() {
    assert_eq!(printed("a=1||b=2&&c=3"), "a = 1 || (b = 2 && c = 3)");
    assert_eq!(printed("(a=1||b=2)&&c=3"), "(a = 1 || b = 2) && c = 3");
}

#[test]
fn a_group_takes_an_operands_place_and_joins_as_the_last_join_did() {
    assert_eq!(printed("id = (a='5')"), "a = '5'");
    assert_eq!(printed("id (a='5')"), "a = '5'");
    assert_eq!(printed("id.x:lower (a='5')"), "a = '5'");
    assert_eq!(printed("'x'(a='5')"), "a = '5'");
    assert_eq!(printed("id = 5(a='5')"), "id = 5 && a = '5'");
    assert_eq!(printed("(a=1)(b=2)"), "a = 1 && b = 2");
    assert_eq!(printed("(a=1) || (b=2) (c=3)"), "a = 1 || b = 2 || c = 3");
}

#[test]
fn literals_read_as_the_reference_reads_them() {
    assert_eq!(printed(r"a = 'x\\'"), r"a = 'x\\'");
    assert_eq!(printed(r"a = 'a\b'"), r"a = 'a\\b'");
    assert_eq!(printed(r#"a = "it\'s""#), r"a = 'it\'s'");
    assert_eq!(printed("a = -1.50 && b = 05"), "a = -1.5 && b = 5");
    assert_eq!(printed("TRUE = tRuE && NULL = False"), "true = true && null = false");
    assert_eq!(printed("a=1 // it's )\n&&b=2"), "a = 1 && b = 2");
}

#[test]
fn names_keep_their_parts() {
    let text = "@collection.c:x.a.b:lower ?= @request.auth.id:isset && a.0.b_c:each != @todayStart";
    assert_eq!(printed(text), text);
    let text = "a.b:c = a.b:c.d:lower && a.:b:lower = a.b:c:lower && @request.query.a:lower.b = 1";
    assert_eq!(printed(text), text);
    let call = "geoDistance(a.lon, a.lat, 1, 2) < 5 && strftime('%Y', b) = '2024'";
    assert_eq!(printed("geoDistance(a.lon,a.lat,1,2,)<5&&strftime('%Y',b)='2024'"), call);
}

#[test]
fn what_is_not_of_the_language_is_refused() {
    let refused = [
        "",
        " ",
        "()",
        "// c",
        "a",
        "a=",
        "=1",
        "a=1&&",
        "&&a=1",
        "a==1",
        "a<>1",
        "a=1&b=1",
        "a = .5",
        "a = 5.",
        "a = +1",
        "a = - 1",
        "a = 1e3",
        "a=5a",
        "a='x",
        r"a='\'",
        "a='b''c'",
        "a\r=1",
        "a\u{a0}=1",
        "a:",
        "a.b(c=1)",
        "a = a:lower(c=1)",
        "@request.auth.id(c=1)",
        "@collection.a.b(c=1)",
        "@now(c=1)",
        "a::b=1",
        "a:.b=1",
        "a.b:=1",
        "a..b=1",
        ".a=1",
        "a.=1",
        "@foo=1",
        "@request=1",
        "@now.x=1",
        "@now:lower=1",
        "f (1)>0",
        "f(1,,2)>0",
        "f(g(1))>0",
        "f(1)",
        "(a=1",
        "a=1)",
        "a=(5)",
        "(a)=5",
        "a? =5",
        "a-b=1",
        "a='\0'",
    ];
    for text in refused {
        assert!(parse(text).is_err(), "{text:?} was accepted");
    }
}

#[test]
fn errors_point_at_the_column() {
    assert_eq!(parse("ä = 1 && b ! 2").unwrap_err().column, 1);
    assert_eq!(parse("a = 1 && b ! 2").unwrap_err().column, 13);
    assert_eq!(parse("a = 1 b = 2").unwrap_err().column, 7);
    insta::assert_snapshot!(parse("a = 1 &&").unwrap_err(), @"column 9: expected an operand, found the end");
}

#[test]
fn limits_hold_and_are_quick() {
    let start = Instant::now();
    let deep = format!("{}a=1{}", "(".repeat(10_000), ")".repeat(10_000));
    assert!(matches!(parse(&deep).unwrap_err().problem, SyntaxProblem::TooMuch(_)));
    assert!(parse(&"(".repeat(100_000)).is_err());
    let comparisons = |number| vec!["a=1"; number].join("&&");
    assert!(parse(&comparisons(200)).is_ok());
    assert!(parse(&comparisons(201)).is_err());
    assert!(parse_from_client(&format!("a='{}'", "x".repeat(3_500)), Trust::Client).is_err());
    assert!(start.elapsed() < Duration::from_millis(500));
}

#[test]
fn clients_do_not_speak_of_the_request_even_in_a_text() {
    for text in ["@request.auth.id = 1", "a = '@collection.b'", "a = 1 // @request.x"] {
        assert!(parse_from_client(text, Trust::Client).unwrap_err().is_forbidden(), "{text}");
        assert!(parse_from_client(text, Trust::Superuser).is_ok());
    }
    assert!(parse_from_client("a = '@request'", Trust::Client).is_ok());
    assert!(parse_sort("@request.auth.id", Trust::Client).unwrap_err().is_forbidden());
}

#[test]
fn sort_keys_have_a_direction_each() {
    let keys = parse_sort(" -a.b , +c,@random,-@rowid", Trust::Client).unwrap();
    let descending: Vec<_> = keys.iter().map(|key| key.descending).collect();
    assert_eq!(descending, [true, false, false, true]);
    assert_eq!(keys[2].by, SortBy::Random);
    assert_eq!(keys[3].by, SortBy::Insertion);
    assert_eq!(parse_sort(" ", Trust::Client).unwrap(), []);
    for text in ["a,,b", "a,", "-", "- a", "--a", "1", "'a'", "@now", "f(a)", "a=1", "a b"] {
        assert!(parse_sort(text, Trust::Client).is_err(), "{text:?} was accepted");
    }
    assert!(parse_sort(&["a"; 9].join(","), Trust::Client).is_err());
}

fn operand() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9_]{0,5}(\\.[a-z0-9]{1,3}){0,2}(:(lower|each|isset|length|changed))?",
        "@request\\.(auth|body)\\.[a-z]{1,4}",
        "@collection\\.[a-z]{1,4}(:[a-z]{1,2})?\\.[a-z]{1,4}",
        "-?[0-9]{1,6}(\\.[0-9]{1,4})?",
        "'([^'\\\\\0]|\\\\[^\0]){0,6}'",
        Just("@monthEnd".to_owned()),
        Just("geoDistance(a.lon, 1, -2.5, @second)".to_owned()),
    ]
}

fn filter() -> impl Strategy<Value = String> {
    let sign = "\\??(=|!=|~|!~|<|<=|>|>=)";
    let comparison = (operand(), sign, operand())
        .prop_map(|(left, sign, right)| format!("{left} {sign} {right}"));
    comparison.prop_recursive(4, 16, 4, |inner| {
        (prop::collection::vec(inner, 1..4), prop::bool::ANY).prop_map(|(parts, all)| {
            let joined = parts.join(if all { " && " } else { "||" });
            format!("({joined})")
        })
    })
}

proptest! {
    #[test]
    fn printing_and_parsing_again_changes_nothing(text in filter()) {
        let tree = parse(&text).unwrap();
        prop_assert_eq!(parse(&tree.to_string()).unwrap(), tree);
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "\\PC{0,60}") {
        let _ = parse(&text);
        let _ = parse_sort(&text, Trust::Client);
        let _ = crate::parse_expand(&text);
        let _ = crate::parse_pick(&text);
    }

    #[test]
    fn no_jumble_of_words_makes_the_parser_panic(
        words in prop::collection::vec(
            prop::sample::select(vec!["(", ")", "a", "=", "'", "\\", "&&", "||", "1", ".", ":", "@",
                "request", "?", "!", "~", ",", "f(", "//", "\n", "-"]), 0..40)
    ) {
        if let Ok(tree) = parse(&words.concat()) {
            prop_assert_eq!(parse(&tree.to_string()).unwrap(), tree);
        }
    }
}
