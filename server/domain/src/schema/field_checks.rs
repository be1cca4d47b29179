//! Checks of a definition's fields.

use std::collections::HashSet;

use underpin_model::{Collection, ErrorCode, ErrorTree, Field, FieldError, FieldOptions};

use super::{next::Next, validate::is_identifier};

/// Names that the query language or the database already uses.
const RESERVED: [&str; 9] = [
    "null",
    "true",
    "false",
    "expand",
    "collectionid",
    "collectionname",
    "_rowid_",
    "rowid",
    "oid",
];
/// Longest name of a field, in bytes.
const MAX_NAME_BYTES: usize = 100;
/// Longest id of a field, in bytes.
const MAX_ID_BYTES: usize = 100;
/// Longest hint, in bytes.
const MAX_HELP_BYTES: usize = 300;

/// Errors of the fields by their place in the list.
pub(super) fn check(next: &Next, old: Option<&Collection>, draft: &Collection) -> ErrorTree {
    let mut errors = ErrorTree::default();
    let (mut names, mut ids) = (HashSet::new(), HashSet::new());
    for (place, field) in draft.fields.iter().enumerate() {
        let mut own = field.kind().validate_options(field);
        if let Err(code) = check_name(&field.name) {
            own.put("name", code);
        } else if !names.insert(field.name.to_lowercase()) {
            own.put("name", duplicated_name(field));
        }
        if field.id.len() > MAX_ID_BYTES {
            own.put("id", FieldError::out_of_length(1, MAX_ID_BYTES));
        } else if !ids.insert(field.id.as_str()) {
            own.put("id", ErrorCode::DuplicatedFieldId);
        }
        if field.help.len() > MAX_HELP_BYTES {
            own.put("help", FieldError::out_of_length(1, MAX_HELP_BYTES));
        }
        let before = old.and_then(|old| old.field_by_id(&field.id));
        if before.is_some_and(|before| before.type_name() != field.type_name()) {
            errors.put(&place.to_string(), ErrorCode::TypeChange);
            continue;
        }
        check_id(field, &mut own);
        check_relation(next, draft, before, field, &mut own);
        errors.put_branch(&place.to_string(), own);
    }
    errors
}

/// Whether a text can be the name of a field.
pub(super) fn is_name(name: &str) -> bool {
    check_name(name).is_ok()
}

fn check_name(name: &str) -> Result<(), FieldError> {
    if name.is_empty() {
        return Err(ErrorCode::Required.into());
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(FieldError::out_of_length(1, MAX_NAME_BYTES));
    }
    if RESERVED.contains(&name.to_lowercase().as_str()) {
        return Err(ErrorCode::ReservedName.into());
    }
    if !is_identifier(name) {
        return Err(ErrorCode::MatchInvalid.into());
    }
    if name.contains("_via_") {
        return Err(ErrorCode::FoundVia.into());
    }
    Ok(())
}

fn duplicated_name(field: &Field) -> FieldError {
    FieldError::new(ErrorCode::DuplicatedFieldName).param("fieldName", field.name.as_str())
}

/// The field `id`, a text, is the one that names records.
fn check_id(field: &Field, errors: &mut ErrorTree) {
    match &field.options {
        FieldOptions::Text(text) if text.primary_key && field.name != "id" => {
            errors.put("primaryKey", ErrorCode::CompositeId);
        }
        FieldOptions::Text(_) => {}
        _ if field.name == "id" => errors.put("name", duplicated_name(field)),
        _ => {}
    }
}

fn check_relation(
    next: &Next,
    draft: &Collection,
    before: Option<&Field>,
    field: &Field,
    errors: &mut ErrorTree,
) {
    let Some(relation) = field.relation_options() else { return };
    match next.by_id(&relation.collection_id) {
        None => errors.put("collectionId", ErrorCode::InvalidRelationCollection),
        Some(found) if found.is_view() && !draft.is_view() => {
            errors.put("collectionId", ErrorCode::RelationToView);
        }
        Some(_) => {}
    }
    let known = before.and_then(Field::relation_options);
    if known.is_some_and(|known| known.collection_id != relation.collection_id) {
        errors.put("collectionId", ErrorCode::RelationChange);
    }
}
