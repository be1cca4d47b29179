//! Checks of a definition's indexes.

use std::collections::HashSet;

use underpin_model::{Collection, ErrorCode, ErrorTree, FieldError};
use underpin_storage::{IndexDefinition, IndexKey};

use super::next::Next;

/// Most indexes of one collection; each one costs every write.
const MAX_INDEXES: usize = 64;

/// Errors of the indexes by their place in the list.
pub(super) fn check(next: &Next, draft: &Collection) -> ErrorTree {
    let mut errors = ErrorTree::default();
    let mut names = HashSet::new();
    for (place, text) in draft.indexes.iter().enumerate() {
        let result = if place < MAX_INDEXES {
            check_one(next, draft, text, &mut names)
        } else {
            Err(ErrorCode::TooManyValues.into())
        };
        if let Err(error) = result {
            errors.put(&place.to_string(), error);
        }
    }
    errors
}

/// Errors of indexes that name unknown fields, by their place in the list.
pub(super) fn check_columns(draft: &Collection) -> ErrorTree {
    let mut errors = ErrorTree::default();
    for (place, text) in draft.indexes.iter().enumerate() {
        let Ok(index) = IndexDefinition::parse(text) else { continue };
        if let Some(unknown) = plain_columns(&index).find(|name| draft.field(name).is_none()) {
            let reason = format!("The index names an unknown field \"{unknown}\".");
            let code = ErrorCode::InvalidIndexExpression;
            errors.put(&place.to_string(), FieldError::with_message(code, reason));
        }
    }
    errors
}

/// Writes the indexes of a draft for its own table, whichever they name.
pub(super) fn keep_to_table(draft: &mut Collection) {
    if draft.name.is_empty() {
        return;
    }
    for text in &mut draft.indexes {
        let Ok(mut index) = IndexDefinition::parse(text) else { continue };
        if index.table != draft.name {
            index.rename_table(&draft.name);
            *text = index.to_text();
        }
    }
}

fn check_one(
    next: &Next,
    draft: &Collection,
    text: &str,
    names: &mut HashSet<String>,
) -> Result<(), FieldError> {
    let index = IndexDefinition::parse(text).map_err(|reason| {
        FieldError::with_message(ErrorCode::InvalidIndexExpression, reason.to_string())
    })?;
    if !names.insert(index.name.to_lowercase()) {
        return Err(ErrorCode::DuplicatedIndex.into());
    }
    let elsewhere = || next.collections().iter().filter(|other| other.id != draft.id);
    if elsewhere().any(|other| has_index(other, &index.name)) {
        return Err(ErrorCode::ExistingIndex.into());
    }
    // Tables and indexes share their names.
    if elsewhere().any(|other| other.name.eq_ignore_ascii_case(&index.name)) {
        let reason = "A collection has this name.";
        return Err(FieldError::with_message(ErrorCode::ExistingIndex, reason));
    }
    Ok(())
}

/// Whether a collection has an index of this name.
pub(super) fn has_index(collection: &Collection, name: &str) -> bool {
    let mut indexes =
        collection.indexes.iter().filter_map(|text| IndexDefinition::parse(text).ok());
    indexes.any(|index| index.name.eq_ignore_ascii_case(name))
}

fn plain_columns(index: &IndexDefinition) -> impl Iterator<Item = &str> {
    index.columns.iter().filter_map(|column| match &column.key {
        IndexKey::Column(name) => Some(name.as_str()),
        IndexKey::Expression(_) => None,
    })
}

/// Whether a field has a unique index of its own.
pub(super) fn has_unique_index(collection: &Collection, field: &str) -> bool {
    collection.indexes.iter().filter_map(|text| IndexDefinition::parse(text).ok()).any(|index| {
        let columns: Vec<&str> = plain_columns(&index).collect();
        index.is_unique && columns == [field]
    })
}
