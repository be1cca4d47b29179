//! From submitted data to a record's values.

use std::sync::Arc;

use underpin_model::{
    Collection, Field, FieldOptions, Json, JsonMap, Record, Timestamp, Value, field, id::record_id,
};

use super::modifiers::{self, Modifier};

/// Who fills in: decides whether hidden fields are taken or dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hand {
    /// Superusers and the server itself.
    Trusted,
    /// Everybody else.
    Client,
}

/// Lays submitted data over a record and gives the data as rules see it.
///
/// Autodates, passwords and unknown keys are left alone; hidden fields as well unless the hand
/// is trusted.
pub(super) fn lay_over(record: &mut Record, body: &JsonMap, hand: Hand) -> JsonMap {
    let collection = Arc::clone(record.collection());
    let mut seen = body.clone();
    let mut sent: Vec<_> = body.iter().filter_map(|sent| named(&collection, sent)).collect();
    // What is added to, or taken from, is what the same body says.
    sent.sort_by_key(|(_, modifier, _, _)| *modifier != Modifier::Replace);
    for (field, modifier, key, sent) in sent {
        if field.hidden && hand == Hand::Client && !is_password(field) {
            seen.remove(key);
            continue;
        }
        if !is_writable(field) {
            continue;
        }
        let current = record.get(&field.name).cloned().unwrap_or(Value::Null);
        let value = modifiers::apply(field, &current, modifier, sent);
        if modifier != Modifier::Replace {
            seen.remove(key);
        }
        seen.insert(field.name.clone(), value.to_json());
        record.set(&field.name, value);
    }
    seen
}

/// The field that a submitted key names, with its modifier, the key and the value.
fn named<'a>(
    collection: &'a Collection,
    (key, sent): (&'a String, &'a Json),
) -> Option<(&'a Field, Modifier, &'a String, &'a Json)> {
    if let Some(field) = collection.field(key) {
        return Some((field, Modifier::Replace, key, sent));
    }
    let (name, modifier) = modifiers::split(key);
    collection.field(name).map(|field| (field, modifier, key, sent))
}

/// Gives a new record its id, unless it came with one.
pub(super) fn give_id(record: &mut Record) {
    let collection = Arc::clone(record.collection());
    if let Some(field) = collection.field("id")
        && let FieldOptions::Text(options) = &field.options
        && record.id().is_empty()
        && let Some(drawn) = draw(options)
    {
        record.set("id", Value::Text(drawn));
    }
}

/// Gives a new record its dates and drawn texts.
pub(super) fn fill_new(record: &mut Record, now: Timestamp) {
    let collection = Arc::clone(record.collection());
    for field in &collection.fields {
        match &field.options {
            FieldOptions::Autodate(options) if options.on_create || options.on_update => {
                let value = if options.on_create { now.to_string() } else { String::new() };
                record.set(&field.name, Value::Text(value));
            }
            FieldOptions::Text(options) if record.text(&field.name).is_empty() => {
                if let Some(drawn) = draw(options) {
                    record.set(&field.name, Value::Text(drawn));
                }
            }
            _ => {}
        }
    }
}

/// Brings the dates of a changed record up to date.
pub(super) fn touch(record: &mut Record, now: Timestamp) {
    let collection = Arc::clone(record.collection());
    for field in &collection.fields {
        if matches!(&field.options, FieldOptions::Autodate(options) if options.on_update) {
            record.set(&field.name, Value::Text(now.to_string()));
        }
    }
}

fn draw(options: &field::TextOptions) -> Option<String> {
    if options.autogenerate_pattern == "[a-z0-9]{15}" {
        return Some(record_id());
    }
    if options.autogenerate_pattern.is_empty() {
        return None;
    }
    field::generate(&options.autogenerate_pattern)
}

fn is_password(field: &Field) -> bool {
    matches!(field.options, FieldOptions::Password(_))
}

/// Autodates belong to the server; password fields are hashed on a way of their own.
fn is_writable(field: &Field) -> bool {
    !matches!(field.options, FieldOptions::Autodate(_) | FieldOptions::Password(_))
}

/// Adds the names of uploaded files to the submitted data of their fields.
pub(super) fn with_uploads(
    collection: &Collection,
    body: &JsonMap,
    files: &[super::NewFile],
) -> JsonMap {
    let mut body = body.clone();
    for upload in files {
        let (name, _) = modifiers::split(&upload.field);
        let Some(field) = collection.field(name) else { continue };
        if field.file_options().is_none() {
            // A file is no value of such a field.
            body.insert(upload.field.clone(), Json::Null);
            continue;
        }
        let slot = body.entry(upload.field.clone()).or_insert_with(|| Json::Array(Vec::new()));
        if !slot.is_array() {
            let single = slot.take();
            let kept = single.as_str().is_some_and(|name| !name.is_empty());
            *slot = Json::Array(if kept { vec![single] } else { Vec::new() });
        }
        if let Json::Array(names) = slot {
            names.push(Json::from(upload.stored_name.as_str()));
        }
    }
    body
}
