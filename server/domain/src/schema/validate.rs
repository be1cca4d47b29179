//! Everything that must hold before a definition is saved.

use underpin_model::{Collection, ErrorCode, ErrorTree, FieldError, error::ErrorNode};

use super::{auth_checks, field_checks, index_checks, registry::Snapshot, rule_checks};

/// Longest name of a collection, in bytes. Databases differ; 63 is the smallest limit of ours.
const MAX_NAME_BYTES: usize = 63;
/// Tables that are not collections.
const RESERVED: [&str; 7] =
    ["_params", "_collections", "_policies", "_role_links", "_changes", "_migrations", "_jobs"];

/// Checks a definition against the snapshot and the definition that it replaces.
pub(super) fn check(
    snapshot: &Snapshot,
    old: Option<&Collection>,
    draft: &Collection,
) -> ErrorTree {
    if old.is_some_and(|old| lost_system_field(old, draft)) {
        return ErrorTree::one("fields", ErrorCode::SystemFieldChange);
    }
    let mut errors = ErrorTree::default();
    if let Err(code) = check_name(snapshot, old, draft) {
        errors.put("name", code);
    }
    let fields = field_checks::check(snapshot, old, draft);
    errors.put_branch("fields", fields);
    if let Some(old) = old {
        check_system(old, draft, &mut errors);
    }
    errors.put_branch("indexes", index_checks::check(snapshot, draft));
    merge(&mut errors, auth_checks::check(draft));
    merge(&mut errors, rule_checks::check(snapshot, draft));
    errors
}

/// A name that every database takes unquoted: a letter or `_`, then letters, digits, `_`.
pub(super) fn is_identifier(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

fn check_name(
    snapshot: &Snapshot,
    old: Option<&Collection>,
    draft: &Collection,
) -> Result<(), FieldError> {
    let name = draft.name.as_str();
    if old.is_some_and(|old| old.system && old.name != name) {
        return Err(ErrorCode::SystemNameChange.into());
    }
    if old.is_some_and(|old| old.name == name) {
        return Ok(());
    }
    if name.is_empty() {
        return Err(ErrorCode::Required.into());
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(FieldError::out_of_length(1, MAX_NAME_BYTES));
    }
    if !is_identifier(name) {
        return Err(ErrorCode::MatchInvalid.into());
    }
    if name.contains("_via_") {
        return Err(ErrorCode::FoundVia.into());
    }
    let lower = name.to_lowercase();
    let taken = snapshot.find(name).is_some_and(|other| other.id != draft.id);
    if taken || RESERVED.contains(&lower.as_str()) || lower.starts_with("sqlite_") {
        return Err(ErrorCode::CollectionNameExists.into());
    }
    Ok(())
}

fn lost_system_field(old: &Collection, draft: &Collection) -> bool {
    let lost =
        |field: &&underpin_model::Field| field.system && draft.field_by_id(&field.id).is_none();
    old.fields.iter().any(|field| lost(&field))
}

/// System collections keep their fields and rules; no collection changes its type.
fn check_system(old: &Collection, draft: &Collection, errors: &mut ErrorTree) {
    if old.kind != draft.kind {
        errors.put("type", ErrorCode::CollectionTypeChange);
    }
    if !old.system {
        return;
    }
    let pairs = [
        ("listRule", &old.rules.list, &draft.rules.list),
        ("viewRule", &old.rules.view, &draft.rules.view),
        ("createRule", &old.rules.create, &draft.rules.create),
        ("updateRule", &old.rules.update, &draft.rules.update),
        ("deleteRule", &old.rules.delete, &draft.rules.delete),
    ];
    for (name, before, after) in pairs {
        if before != after {
            errors.put(name, ErrorCode::SystemRuleChange);
        }
    }
}

fn merge(errors: &mut ErrorTree, more: ErrorTree) {
    for (name, node) in more.0 {
        match node {
            ErrorNode::Leaf(error) => errors.put(&name, error),
            ErrorNode::Branch(branch) => errors.put_branch(&name, branch),
        }
    }
}
