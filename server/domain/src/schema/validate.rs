//! Everything that must hold before a definition is saved.

use underpin_model::{Collection, ErrorCode, ErrorTree, FieldError, error::ErrorNode};
use underpin_storage::transfer::is_system;

use super::{
    auth_checks, field_checks, index_checks,
    next::Next,
    rule_checks::{self, by_name},
};

/// Longest name of a collection, in bytes. Databases differ; 63 is the smallest limit of ours.
const MAX_NAME_BYTES: usize = 63;

/// Checks everything of a definition against the schema as it will be and the definition that it
/// replaces.
pub(super) fn check(next: &Next, old: Option<&Collection>, draft: &Collection) -> ErrorTree {
    let mut errors = check_structure(next, old, draft);
    merge(&mut errors, check_rules(next, old, draft));
    errors
}

/// Checks a definition but for what depends on other definitions' fields.
pub(super) fn check_structure(
    next: &Next,
    old: Option<&Collection>,
    draft: &Collection,
) -> ErrorTree {
    let mut errors = check_name(next, old, draft);
    if old.is_some_and(|old| lost_system_field(old, draft)) {
        errors.put("fields", ErrorCode::SystemFieldChange);
    } else if draft.is_view() && draft.field("id").is_none() {
        let is_unknown = draft.fields.is_empty();
        let code = if is_unknown { ErrorCode::Required } else { ErrorCode::MissingPrimaryKey };
        errors.put("fields", code);
    } else {
        errors.put_branch("fields", field_checks::check(next, old, draft));
    }
    if draft.is_view() && !draft.indexes.is_empty() {
        errors.put("indexes", ErrorCode::IndexesNotSupported);
    } else {
        let mut indexes = index_checks::check(next, draft);
        if !errors.0.contains_key("fields") {
            merge(&mut indexes, index_checks::check_columns(draft));
        }
        errors.put_branch("indexes", indexes);
    }
    errors
}

/// Checks a definition's rules and sign-in options.
pub(super) fn check_rules(next: &Next, old: Option<&Collection>, draft: &Collection) -> ErrorTree {
    let mut errors = ErrorTree::default();
    if let Some(old) = old {
        check_system(old, draft, &mut errors);
    }
    merge(&mut errors, auth_checks::check(next, draft));
    merge(&mut errors, rule_checks::check(next, draft));
    errors
}

/// A name that every database takes unquoted: a letter or `_`, then letters, digits, `_`.
pub(super) fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// Whether a text has the form of a collection's name and is nothing that the server keeps to
/// itself.
pub(super) fn has_form_of_name(name: &str) -> bool {
    let lower = name.to_lowercase();
    name.len() <= MAX_NAME_BYTES
        && is_identifier(name)
        && !name.contains("_via_")
        && !is_system(&lower)
}

/// Errors of the name.
pub(super) fn check_name(next: &Next, old: Option<&Collection>, draft: &Collection) -> ErrorTree {
    match name_error(next, old, draft) {
        Some(error) => ErrorTree::one("name", error),
        None => ErrorTree::default(),
    }
}

fn name_error(next: &Next, old: Option<&Collection>, draft: &Collection) -> Option<FieldError> {
    let name = draft.name.as_str();
    if old.is_some_and(|old| old.system && old.name != name) {
        return Some(ErrorCode::SystemNameChange.into());
    }
    if old.is_some_and(|old| old.name == name) {
        return None;
    }
    if name.is_empty() {
        return Some(ErrorCode::Required.into());
    }
    if name.len() > MAX_NAME_BYTES {
        return Some(FieldError::out_of_length(1, MAX_NAME_BYTES));
    }
    if !is_identifier(name) {
        return Some(ErrorCode::MatchInvalid.into());
    }
    if name.contains("_via_") {
        return Some(ErrorCode::FoundVia.into());
    }
    let lower = name.to_lowercase();
    // A name that another collection gives up with the same change is free when that is done.
    let others = || {
        let before = next.before().collections().iter();
        let stays = before.filter(|old| next.by_id(&old.id).is_some());
        stays.chain(next.collections()).filter(|other| other.id != draft.id)
    };
    if others().any(|other| other.id == name) || old.is_some_and(|old| old.id == name) {
        return Some(ErrorCode::NameIdDuplicate.into());
    }
    if is_system(&lower) {
        return Some(ErrorCode::CollectionNameInvalid.into());
    }
    if others().any(|other| other.name.eq_ignore_ascii_case(name)) {
        return Some(ErrorCode::CollectionNameExists.into());
    }
    let kept = next.collections().iter().filter(|other| other.id != draft.id);
    if kept.map(AsRef::as_ref).chain([draft]).any(|other| index_checks::has_index(other, name)) {
        let reason = "An index has this name.";
        return Some(FieldError::with_message(ErrorCode::CollectionNameExists, reason));
    }
    None
}

fn lost_system_field(old: &Collection, draft: &Collection) -> bool {
    let lost = |field: &underpin_model::Field| {
        field.system && draft.field_by_id(&field.id).is_none_or(|new| new.name != field.name)
    };
    !old.is_view() && old.fields.iter().any(lost)
}

/// System collections keep their rules; no collection changes its type.
fn check_system(old: &Collection, draft: &Collection, errors: &mut ErrorTree) {
    if old.kind != draft.kind {
        errors.put("type", ErrorCode::CollectionTypeChange);
    }
    if !old.system {
        return;
    }
    let pairs = by_name(&old.rules).into_iter().zip(by_name(&draft.rules));
    for ((name, before), (_, after)) in pairs {
        if before != after {
            errors.put(name, ErrorCode::SystemRuleChange);
        }
    }
}

pub(super) fn merge(errors: &mut ErrorTree, more: ErrorTree) {
    for (name, node) in more.0 {
        match node {
            ErrorNode::Leaf(error) => errors.put(&name, error),
            ErrorNode::Branch(branch) => errors.put_branch(&name, branch),
        }
    }
}
