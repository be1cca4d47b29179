//! Casts from submitted JSON to texts and lists of texts. They never fail.

use super::Field;
use crate::{Json, Value};

/// A scalar as text; null, lists and objects become "".
pub(super) fn to_text(submitted: &Json) -> String {
    match submitted {
        Json::String(text) => text.clone(),
        Json::Bool(flag) => flag.to_string(),
        // A float prints without an exponent and without a needless fraction.
        Json::Number(number) => number.as_f64().unwrap_or(0.0).to_string(),
        Json::Null | Json::Array(_) | Json::Object(_) => String::new(),
    }
}

/// The distinct texts of a submitted value, in order and without empty ones.
///
/// A text that is a JSON array of strings stands for that array, since forms can't send lists.
fn to_texts(submitted: &Json) -> Vec<String> {
    match submitted {
        Json::Array(items) => distinct(items.iter().map(to_text)),
        Json::String(text) => match array_of_strings(text) {
            Some(items) => distinct(items),
            None => distinct([text.clone()]),
        },
        other => distinct([to_text(other)]),
    }
}

/// The last text of a submitted value, or "": what a single field keeps of a list.
fn to_last_text(submitted: &Json) -> String {
    let mut text = to_texts(submitted).pop().unwrap_or_default();
    // An item may itself be written as an array; each round is shorter than the one before.
    while let Some(items) = array_of_strings(&text) {
        text = distinct(items).pop().unwrap_or_default();
    }
    text
}

fn array_of_strings(text: &str) -> Option<Vec<String>> {
    if !text.trim_start().starts_with('[') {
        return None;
    }
    let items: Vec<Option<String>> = serde_json::from_str(text).ok()?;
    Some(items.into_iter().map(Option::unwrap_or_default).collect())
}

fn distinct(texts: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    for text in texts {
        if !text.is_empty() && seen.insert(text.clone()) {
            kept.push(text);
        }
    }
    kept
}

/// A submitted value as a choice field keeps it: its texts, or the last one of them.
pub(super) fn to_choice(field: &Field, submitted: &Json) -> Value {
    if field.is_multiple() {
        Value::List(to_texts(submitted))
    } else {
        Value::Text(to_last_text(submitted))
    }
}
