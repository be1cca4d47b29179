//! Whether a record may be stored, as far as that shows without the database.

use underpin_model::{
    ErrorCode, ErrorTree, Field, FieldError, FieldOptions, Record, Value, limits,
};

use super::{NewFile, modifiers};

/// The errors of every field. `before` is the stored record, for updates.
pub(super) fn check(record: &Record, before: Option<&Record>, files: &[NewFile]) -> ErrorTree {
    let mut errors = ErrorTree::default();
    if before.is_some_and(|before| before.id() != record.id()) {
        errors.put("id", ErrorCode::IdChange);
    }
    for (field, value) in record.cells() {
        if matches!(field.options, FieldOptions::Password(_)) {
            continue;
        }
        if let Err(error) = field.validate(value) {
            errors.put(&field.name, error);
        } else if field.file_options().is_some() {
            let known = before.and_then(|before| before.get(&field.name));
            if let Err(error) = check_files(field, value, known, files) {
                errors.put(&field.name, error);
            }
        }
    }
    errors
}

/// Names must be of files that were there before or come along; new files must fit the field.
fn check_files(
    field: &Field,
    value: &Value,
    known: Option<&Value>,
    files: &[NewFile],
) -> Result<(), FieldError> {
    let Some(options) = field.file_options() else { return Ok(()) };
    let own = |file: &&NewFile| modifiers::split(&file.field).0 == field.name;
    let new: Vec<&NewFile> = files.iter().filter(own).collect();
    let limit = if options.max_size == 0 { limits::DEFAULT_FILE_BYTES } else { options.max_size };
    for name in value.as_texts() {
        if let Some(file) = new.iter().find(|file| file.stored_name == *name) {
            if file.size > limit {
                return Err(ErrorCode::FileSize.into());
            }
            if !underpin_files::mime::accepts(&options.mime_types, &file.mime) {
                return Err(ErrorCode::InvalidMime.into());
            }
        } else if !known.is_some_and(|known| known.as_texts().contains(name)) {
            return Err(ErrorCode::InvalidFile.into());
        }
    }
    Ok(())
}
