//! The field type `text`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType};
use crate::{ErrorTree, FieldError, Json, Value};

/// Options of a `text` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TextOptions {
    /// Fewest characters.
    pub min: usize,
    /// Most characters; 0 = 5000.
    pub max: usize,
    /// Regular expression that a value must match; empty = any.
    pub pattern: String,
    /// Regular expression that new values are drawn from when none is given.
    pub autogenerate_pattern: String,
    /// Whether this is the id.
    pub primary_key: bool,
}

pub(super) struct Text;

impl FieldType for Text {
    fn name(&self) -> &'static str {
        "text"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        TextOptions::deserialize(definition).map(FieldOptions::Text)
    }

    fn column(&self, _field: &Field) -> ColumnShape {
        ColumnShape::Text
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

/// Draws a random text that matches a pattern, or nothing when the pattern can't be used.
pub fn generate(_pattern: &str) -> Option<String> {
    None
}
