//! The field type `relation`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType};
use crate::{ErrorTree, FieldError, Json, Value};

/// Options of a `relation` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RelationOptions {
    /// Id of the collection pointed at.
    pub collection_id: String,
    /// Whether deleting a related record deletes this one.
    pub cascade_delete: bool,
    /// Fewest related records.
    pub min_select: usize,
    /// Most related records; 0 or 1 = single.
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
        field.read_stored(submitted)
    }

    fn validate(&self, _field: &Field, _value: &Value) -> Result<(), FieldError> {
        Ok(())
    }

    fn validate_options(&self, _field: &Field) -> ErrorTree {
        ErrorTree::default()
    }
}
