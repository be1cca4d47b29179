//! The field type `select`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType};
use crate::{ErrorTree, FieldError, Json, Value};

/// Options of a `select` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SelectOptions {
    /// The values to choose from.
    pub values: Vec<String>,
    /// Most values; 0 or 1 = single.
    pub max_select: usize,
}

pub(super) struct Select;

impl FieldType for Select {
    fn name(&self) -> &'static str {
        "select"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        SelectOptions::deserialize(definition).map(FieldOptions::Select)
    }

    fn column(&self, field: &Field) -> ColumnShape {
        match &field.options {
            FieldOptions::Select(options) if options.max_select > 1 => ColumnShape::List,
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
