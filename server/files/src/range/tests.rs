use proptest::prelude::*;

use super::*;

const TAG: &str = "\"abc\"";
const DATE: &str = "Sun, 22 Nov 2026 18:46:33 GMT";

fn part(first: u64, last: u64) -> Answer {
    Answer::Part(ByteRange { first, last })
}

#[test]
fn single_ranges_are_served_in_part() {
    for (header, expected) in [
        ("bytes=0-3", part(0, 3)),
        ("bytes=60-", part(60, 65)),
        ("bytes=-4", part(62, 65)),
        ("bytes=-999", part(0, 65)),
        ("bytes=0-99999", part(0, 65)),
        ("bytes=65-65", part(65, 65)),
        ("bytes=0-99999999999999999999999", part(0, 65)),
        ("bytes= 0-1", part(0, 1)),
        ("Bytes=0-1,", part(0, 1)),
    ] {
        assert_eq!(requested_range(header, 66), expected, "{header}");
    }
    assert_eq!(ByteRange { first: 62, last: 65 }.content_range(66), "bytes 62-65/66");
}

#[test]
fn ranges_outside_of_the_file_are_unsatisfiable() {
    for header in ["bytes=66-", "bytes=900-901", "bytes=-0", "bytes=99999999999999999999999-"] {
        assert_eq!(requested_range(header, 66), Answer::Unsatisfiable, "{header}");
    }
    assert_eq!(requested_range("bytes=0-", 0), Answer::Unsatisfiable);
    assert_eq!(requested_range("bytes=-5", 0), Answer::Whole);
}

#[test]
fn malformed_foreign_and_multiple_ranges_get_the_whole() {
    for header in [
        "",
        "abc",
        "bytes",
        "bytes=",
        "bytes=,",
        "bytes=-",
        "bytes=5-2",
        "bytes=a-b",
        "bytes=+1-2",
        "bytes=1- 2",
        "bytes=--1",
        "bytes=0-1,3-4",
        "bytes=0-0,-1",
        "items=0-1",
        "bytes=0x1-2",
    ] {
        assert_eq!(requested_range(header, 66), Answer::Whole, "{header}");
    }
}

#[test]
fn a_client_that_has_the_file_is_told_so() {
    for tags in ["*", TAG, "W/\"abc\"", "\"x\", \"abc\"", " \"abc\" "] {
        let conditions = Conditions { if_none_match: Some(tags), ..Conditions::default() };
        assert_eq!(conditions.answer(66, TAG, DATE), Answer::NotModified, "{tags}");
    }
    for tags in ["\"x\"", "abc", "", "\"ab\",\"c\""] {
        let conditions = Conditions {
            if_none_match: Some(tags),
            if_modified_since: Some(DATE),
            ..Conditions::default()
        };
        assert_eq!(
            conditions.answer(66, TAG, DATE),
            Answer::Whole,
            "the tag outweighs the date: {tags}"
        );
    }
    let conditions = Conditions { if_modified_since: Some(DATE), ..Conditions::default() };
    assert_eq!(conditions.answer(66, TAG, DATE), Answer::NotModified);
}

#[test]
fn a_part_is_sent_only_to_one_who_holds_the_same_file() {
    for (validator, expected) in [
        (TAG, part(0, 1)),
        (DATE, part(0, 1)),
        ("\"old\"", Answer::Whole),
        ("W/\"abc\"", Answer::Whole),
        ("Sun, 22 Nov 2026 18:46:34 GMT", Answer::Whole),
    ] {
        let conditions = Conditions {
            range: Some("bytes=0-1"),
            if_range: Some(validator),
            ..Conditions::default()
        };
        assert_eq!(conditions.answer(66, TAG, DATE), expected, "{validator}");
    }
    let weak =
        Conditions { range: Some("bytes=0-1"), if_range: Some("W/\"a\""), ..Conditions::default() };
    assert_eq!(weak.answer(66, "W/\"a\"", DATE), Answer::Whole);
}

proptest! {
    #[test]
    fn a_part_lies_within_the_file(header in "bytes=[0-9]{0,21}-[0-9]{0,21}|.{0,30}", size in any::<u64>()) {
        if let Answer::Part(range) = requested_range(&header, size) {
            prop_assert!(range.first <= range.last && range.last < size);
            prop_assert!(range.length() >= 1 && range.length() <= size);
        }
    }
}
