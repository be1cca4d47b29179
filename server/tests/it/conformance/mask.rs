//! Masks what two servers can't have in common: generated ids and names, times, tokens, wording.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

/// How the id of a view's field begins that stands for another field.
const CLONE: &str = "_clone_";
/// How the name begins under which a view's query is tried.
const TRY: &str = "temp_view_";

/// The body with everything masked that is made anew for each server. What is masked has to look
/// as it should, or it stays and shows up as a difference.
pub(crate) fn masked(body: Value, known_ids: &BTreeSet<String>) -> Value {
    match body {
        Value::Object(object) => Value::Object(masked_object(object, known_ids)),
        Value::Array(items) => {
            items.into_iter().map(|item| masked(item, known_ids)).collect::<Vec<_>>().into()
        }
        Value::String(text) => Value::String(masked_text(text, known_ids)),
        other => other,
    }
}

fn masked_object(object: Map<String, Value>, known_ids: &BTreeSet<String>) -> Map<String, Value> {
    let is_backup = ["key", "size", "modified"].iter().all(|key| object.contains_key(*key));
    let is_tried = object.get("collectionName").is_some_and(is_name_of_a_try);
    let entries = object.into_iter().map(|(key, value)| {
        let value = match (key.as_str(), value) {
            ("message", Value::String(text)) if !text.is_empty() => "(message)".into(),
            ("created" | "updated" | "modified", Value::String(text)) if is_date(&text) => {
                "(date)".into()
            }
            ("size", Value::Number(_)) if is_backup => "(size)".into(),
            ("token", Value::String(text)) if is_token(&text) => "(token)".into(),
            ("error", Value::String(text)) if !text.is_empty() => "(message)".into(),
            ("execTime", Value::Number(_)) => "(time)".into(),
            ("collectionId", Value::String(_)) if is_tried => "(id)".into(),
            (_, value) => masked(value, known_ids),
        };
        (key, value)
    });
    entries.collect()
}

fn masked_text(text: String, known_ids: &BTreeSet<String>) -> String {
    if is_generated(&text, 15) && !known_ids.contains(&text) {
        return "(id)".to_owned();
    }
    for (start, length) in [(CLONE, 4), (TRY, 5)] {
        if text.strip_prefix(start).is_some_and(|end| is_mixed(end, length)) {
            return format!("{start}(random)");
        }
    }
    if let Some(name) = without_second(&text) {
        return name;
    }
    without_suffixes(&text)
}

/// The name of a backup that nobody has chosen, without the second in which it was made.
fn without_second(text: &str) -> Option<String> {
    let (start, second) = text.strip_suffix(".zip")?.rsplit_once('_')?;
    let is_second = second.len() == 14 && second.bytes().all(|byte| byte.is_ascii_digit());
    is_second.then(|| format!("{start}_(second).zip"))
}

/// The text without the random part of each name of a stored file in it: `name_` + ten random
/// characters + `.extension`.
pub(crate) fn without_suffixes(text: &str) -> String {
    let mut parts: Vec<String> = text.split('_').map(str::to_owned).collect();
    for part in parts.iter_mut().skip(1) {
        let (start, end) = part.split_at(part.find('.').unwrap_or(0));
        if is_generated(start, 10) {
            *part = format!("(random){end}");
        }
    }
    parts.join("_")
}

/// Whether a view's query is tried under this name.
fn is_name_of_a_try(name: &Value) -> bool {
    name.as_str().and_then(|name| name.strip_prefix(TRY)).is_some_and(|end| is_mixed(end, 5))
}

fn is_mixed(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn is_generated(text: &str, length: usize) -> bool {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    text.len() == length && text.bytes().all(fits)
}

/// `2026-01-02 10:00:00.123Z`
fn is_date(text: &str) -> bool {
    let pattern = b"0000-00-00 00:00:00.000Z";
    let fits = |(byte, shape): (u8, &u8)| match shape {
        b'0' => byte.is_ascii_digit(),
        shape => byte == *shape,
    };
    text.len() == pattern.len() && text.bytes().zip(pattern).all(fits)
}

fn is_token(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() == 3 && parts.iter().all(|part| part.len() > 10)
}

mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_differs_by_nature_is_masked_and_nothing_else() {
        let known = BTreeSet::from(["abcdefghij00001".to_owned()]);
        let body = json!({
            "id": "zyxwvutsrq12345", "parent": "abcdefghij00001",
            "created": "2026-01-02 10:00:00.123Z", "day": "2026-01-02 10:00:00.123Z",
            "scan": "my_scan_0123456789.txt", "title": "message", "list": ["zyxwvutsrq12345"],
            "data": { "title": { "code": "c", "message": "no", "params": { "min": 1 } } },
            "field": "_clone_aB3x", "row": { "collectionId": "pbc_1", "collectionName": "temp_view_Ab12c" },
        });
        let expected = json!({
            "id": "(id)", "parent": "abcdefghij00001",
            "created": "(date)", "day": "2026-01-02 10:00:00.123Z",
            "scan": "my_scan_(random).txt", "title": "message", "list": ["(id)"],
            "data": { "title": { "code": "c", "message": "(message)", "params": { "min": 1 } } },
            "field": "_clone_(random)",
            "row": { "collectionId": "(id)", "collectionName": "temp_view_(random)" },
        });
        assert_eq!(masked(body, &known), expected);
    }

    #[test]
    fn what_looks_wrong_is_not_masked() {
        let body = json!({
            "created": "2026-01-02T10:00:00Z", "token": "abc", "message": "", "id": "SHORT",
            "field": "_clone_abc", "collectionName": "temp_view_", "collectionId": "pbc_1",
        });
        assert_eq!(masked(body.clone(), &BTreeSet::new()), body);
    }
}
