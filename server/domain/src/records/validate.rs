//! Whether a record may be stored, as far as that shows without the database.

use underpin_model::{
    ErrorCode, ErrorTree, Field, FieldError, FieldOptions, Record, Value, limits,
};

use super::{NewFile, modifiers};

/// The errors of every field. `before` is the stored record, for updates.
pub(super) fn check(record: &Record, before: Option<&Record>, uploads: &[NewFile]) -> ErrorTree {
    let mut errors = ErrorTree::default();
    if before.is_some_and(|before| before.id() != record.id()) {
        errors.put("id", ErrorCode::IdChange);
    }
    for (field, value) in record.cells() {
        if matches!(field.options, FieldOptions::Password(_)) {
            continue;
        }
        let known = before.and_then(|before| before.get(&field.name));
        let checked = check_names(field, value, known, uploads)
            .and_then(|()| field.validate(value))
            .and_then(|()| check_uploads(field, value, uploads));
        if let Err(error) = checked {
            errors.put(&field.name, error);
        }
    }
    errors
}

/// A file field names files that were there before or come along.
fn check_names(
    field: &Field,
    value: &Value,
    known: Option<&Value>,
    uploads: &[NewFile],
) -> Result<(), FieldError> {
    if field.file_options().is_none() {
        return Ok(());
    }
    let known = known.map(Value::as_texts).unwrap_or_default();
    let comes = |name: &str| uploads_of(field, uploads).any(|upload| upload.stored_name == name);
    let unknown: Vec<&str> = value
        .as_texts()
        .iter()
        .filter(|name| !known.contains(name) && !comes(name))
        .map(String::as_str)
        .collect();
    if unknown.is_empty() {
        return Ok(());
    }
    Err(FieldError::new(ErrorCode::InvalidFile).param("invalidFiles", unknown))
}

/// New files fit the field.
fn check_uploads(field: &Field, value: &Value, uploads: &[NewFile]) -> Result<(), FieldError> {
    let Some(options) = field.file_options() else { return Ok(()) };
    let limit = if options.max_size == 0 { limits::DEFAULT_FILE_BYTES } else { options.max_size };
    let kept = |upload: &&NewFile| value.as_texts().contains(&upload.stored_name);
    for upload in uploads_of(field, uploads).filter(kept) {
        if upload.size > limit {
            let message = format!("A file may have at most {limit} bytes.");
            let error = FieldError::with_message(ErrorCode::FileSize, message);
            return Err(error.param("file", upload.name.as_str()).param("maxSize", limit));
        }
        if !underpin_files::mime::accepts(&options.mime_types, &upload.mime) {
            return Err(ErrorCode::InvalidMime.into());
        }
    }
    Ok(())
}

fn uploads_of<'u>(field: &Field, uploads: &'u [NewFile]) -> impl Iterator<Item = &'u NewFile> {
    let name = field.name.clone();
    uploads.iter().filter(move |upload| modifiers::split(&upload.field).0 == name)
}
