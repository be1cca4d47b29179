//! The field type `date`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType};
use crate::{ErrorTree, FieldError, Json, Value};

/// Options of a `date` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DateOptions {
    /// Earliest moment; empty = any.
    pub min: String,
    /// Latest moment; empty = any.
    pub max: String,
}

pub(super) struct Date;

impl FieldType for Date {
    fn name(&self) -> &'static str {
        "date"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        DateOptions::deserialize(definition).map(FieldOptions::Date)
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

/// Reads a date as clients write it and gives it in the stored form, or nothing.
pub fn parse_date(_text: &str) -> Option<String> {
    None
}
