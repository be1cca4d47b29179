//! How large the body of a record may be: more than others where its collection takes large values.

use underpin_model::{
    Collection, Field,
    field::FieldOptions,
    limits::{DEFAULT_EDITOR_BYTES, DEFAULT_FILE_BYTES, DEFAULT_JSON_BYTES, MAX_BODY_BYTES},
};

/// Bytes of a body without files. It is read into memory.
pub(super) fn of_texts(collection: &Collection) -> usize {
    sum(collection, text_bytes)
}

/// Bytes of a form, whose files are not kept in memory.
pub(super) fn of_form(collection: &Collection) -> usize {
    sum(collection, |field| text_bytes(field).saturating_add(file_bytes(field)))
}

fn sum(collection: &Collection, bytes: impl Fn(&Field) -> u64) -> usize {
    let sum = collection.fields.iter().map(bytes).fold(0, u64::saturating_add);
    usize::try_from(sum).unwrap_or(usize::MAX).saturating_add(MAX_BODY_BYTES)
}

fn text_bytes(field: &Field) -> u64 {
    match &field.options {
        FieldOptions::Json(options) => or(options.max_size, DEFAULT_JSON_BYTES),
        FieldOptions::Editor(options) => or(options.max_size, DEFAULT_EDITOR_BYTES),
        _ => 0,
    }
}

fn file_bytes(field: &Field) -> u64 {
    field.file_options().map_or(0, |options| {
        let many = u64::try_from(options.max_select.max(1)).unwrap_or(1);
        or(options.max_size, DEFAULT_FILE_BYTES).saturating_mul(many)
    })
}

fn or(bytes: u64, default: u64) -> u64 {
    if bytes == 0 { default } else { bytes }
}
