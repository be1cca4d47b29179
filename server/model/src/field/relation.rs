//! The field type `relation`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType, cast, size_option};
use crate::{ErrorCode, ErrorTree, FieldError, Json, Value};

/// Options of a `relation` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RelationOptions {
    /// Id of the collection pointed at.
    pub collection_id: String,
    /// Whether deleting a related record deletes this one.
    pub cascade_delete: bool,
    /// Fewest related records.
    #[serde(deserialize_with = "size_option::count")]
    pub min_select: usize,
    /// Most related records; 0 or 1 = single.
    #[serde(deserialize_with = "size_option::count")]
    pub max_select: usize,
}

pub(super) struct Relation;

impl FieldType for Relation {
    fn name(&self) -> &'static str {
        "relation"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        RelationOptions::deserialize(definition).map(FieldOptions::Relation)
    }

    fn column(&self, field: &Field) -> ColumnShape {
        match &field.options {
            FieldOptions::Relation(options) if options.max_select > 1 => ColumnShape::List,
            _ => ColumnShape::Text,
        }
    }

    fn normalise(&self, field: &Field, submitted: &Json) -> Value {
        cast::to_choice(field, submitted)
    }

    fn validate(&self, field: &Field, value: &Value) -> Result<(), FieldError> {
        let FieldOptions::Relation(options) = &field.options else { return Ok(()) };
        let ids = value.as_texts();
        if ids.is_empty() {
            return field.check_required(value);
        }
        if ids.len() < options.min_select {
            let message = format!("At least {} records are needed.", options.min_select);
            let error = FieldError::with_message(ErrorCode::NotEnoughValues, message);
            return Err(error.param("minSelect", options.min_select));
        }
        let most = options.max_select.max(1);
        if ids.len() > most {
            let message = format!("At most {most} records are allowed.");
            let error = FieldError::with_message(ErrorCode::TooManyValues, message);
            return Err(error.param("maxSelect", most));
        }
        Ok(())
    }

    fn validate_options(&self, field: &Field) -> ErrorTree {
        let mut errors = ErrorTree::default();
        let FieldOptions::Relation(options) = &field.options else { return errors };
        if options.collection_id.is_empty() {
            errors.put("collectionId", ErrorCode::Required);
        }
        size_option::check(&mut errors, "minSelect", options.min_select);
        size_option::check(&mut errors, "maxSelect", options.max_select);
        if errors.is_empty() && options.min_select > 0 {
            if options.max_select == 0 {
                errors.put("maxSelect", ErrorCode::Required);
            } else if options.max_select < options.min_select {
                errors.put("maxSelect", FieldError::below(options.min_select));
            }
        }
        errors
    }
}
