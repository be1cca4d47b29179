//! The field type `autodate`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType, date};
use crate::{ErrorCode, ErrorTree, FieldError, Json, Value};

/// Options of an `autodate` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AutodateOptions {
    /// Set when a record is made.
    pub on_create: bool,
    /// Set when a record is changed.
    pub on_update: bool,
}

pub(super) struct Autodate;

impl FieldType for Autodate {
    fn name(&self) -> &'static str {
        "autodate"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        AutodateOptions::deserialize(definition).map(FieldOptions::Autodate)
    }

    fn column(&self, _field: &Field) -> ColumnShape {
        ColumnShape::Text
    }

    fn normalise(&self, _field: &Field, submitted: &Json) -> Value {
        date::normalise(submitted)
    }

    fn validate(&self, _field: &Field, _value: &Value) -> Result<(), FieldError> {
        Ok(())
    }

    fn validate_options(&self, field: &Field) -> ErrorTree {
        let mut errors = ErrorTree::default();
        if let FieldOptions::Autodate(options) = &field.options
            && !options.on_create
            && !options.on_update
        {
            errors.put("onCreate", ErrorCode::Required);
            errors.put("onUpdate", ErrorCode::Required);
        }
        errors
    }
}
