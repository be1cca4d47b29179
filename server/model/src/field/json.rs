//! The field type `json`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType};
use crate::{ErrorTree, FieldError, Json, Value};

/// Options of a `json` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JsonOptions {
    /// Largest document in bytes; 0 = 1 MiB.
    pub max_size: u64,
}

pub(super) struct JsonField;

impl FieldType for JsonField {
    fn name(&self) -> &'static str {
        "json"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        JsonOptions::deserialize(definition).map(FieldOptions::Json)
    }

    fn column(&self, _field: &Field) -> ColumnShape {
        ColumnShape::Json
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
