//! The field type `bool`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType};
use crate::{ErrorTree, FieldError, Json, Value};

/// Options of a `bool` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct BoolOptions {}

/// The texts that mean true.
const TRUE_WORDS: [&str; 6] = ["true", "True", "TRUE", "t", "T", "1"];

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

    fn normalise(&self, _field: &Field, submitted: &Json) -> Value {
        Value::Bool(match submitted {
            Json::Bool(flag) => *flag,
            Json::Number(number) => number.as_f64() != Some(0.0),
            Json::String(text) => TRUE_WORDS.contains(&text.as_str()),
            _ => false,
        })
    }

    fn validate(&self, field: &Field, value: &Value) -> Result<(), FieldError> {
        field.check_required(value)
    }

    fn validate_options(&self, _field: &Field) -> ErrorTree {
        ErrorTree::default()
    }
}
