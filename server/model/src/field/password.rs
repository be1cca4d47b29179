//! The field type `password`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType};
use crate::{ErrorTree, FieldError, Json, Value};

/// Options of a `password` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PasswordOptions {
    /// Fewest characters.
    pub min: usize,
    /// Most characters (and bytes: 71); 0 = no other limit.
    pub max: usize,
    /// Regular expression that a password must match; empty = any.
    pub pattern: String,
    /// Kept for compatibility; hashing cost is the server's.
    pub cost: u32,
}

pub(super) struct Password;

impl FieldType for Password {
    fn name(&self) -> &'static str {
        "password"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        PasswordOptions::deserialize(definition).map(FieldOptions::Password)
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
