//! The field type `bool`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType};
use crate::{ErrorTree, FieldError, Json, Value};

/// Options of a `bool` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BoolOptions {

}

pub(super) struct Bool;

impl FieldType for Bool {
    fn name(&self) -> &'static str {
        "bool"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        BoolOptions::deserialize(definition).map(FieldOptions::Bool)
    }

    fn column(&self, _field: &Field) -> ColumnShape {
        ColumnShape::Bool
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
