//! The field type `json`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType, size_option};
use crate::{
    ErrorCode, ErrorTree, FieldError, Json, Value, json_depth::is_too_deep,
    json_number::normalise_numbers, limits::DEFAULT_JSON_BYTES,
};

/// Options of a `json` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct JsonOptions {
    /// Largest document in bytes; 0 = 1 MiB.
    #[serde(deserialize_with = "size_option::bytes")]
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

    /// Documents that no client could read back stay texts, so that [`FieldType::validate`]
    /// can refuse them.
    fn normalise(&self, _field: &Field, submitted: &Json) -> Value {
        let mut document = match submitted {
            Json::String(text) if looks_like_json(text) => match serde_json::from_str(text) {
                Ok(document) => document,
                Err(error) if is_out_of_range(&error) => return Value::Text(text.clone()),
                Err(_) => submitted.clone(),
            },
            other => other.clone(),
        };
        normalise_numbers(&mut document);
        if document.is_null() { Value::Null } else { Value::Json(document) }
    }

    fn validate(&self, field: &Field, value: &Value) -> Result<(), FieldError> {
        let FieldOptions::Json(options) = &field.options else { return Ok(()) };
        if field.is_unset(value) {
            field.check_required(value)?;
        }
        let document = match value {
            Value::Json(document) => document,
            Value::Null => return Ok(()),
            _ => return Err(ErrorCode::InvalidJson.into()),
        };
        if is_too_deep(document) {
            return Err(ErrorCode::InvalidJson.into());
        }
        let most = if options.max_size == 0 { DEFAULT_JSON_BYTES } else { options.max_size };
        if !size_option::fits(document.to_string().len(), most) {
            return Err(size_option::too_large(ErrorCode::JsonSize, most));
        }
        Ok(())
    }

    fn validate_options(&self, field: &Field) -> ErrorTree {
        let mut errors = ErrorTree::default();
        if let FieldOptions::Json(options) = &field.options {
            size_option::check(&mut errors, "maxSize", options.max_size);
        }
        errors
    }
}

/// Whether a text is meant as JSON by its first sign. Forms can't send anything but texts.
fn looks_like_json(text: &str) -> bool {
    matches!(text, "null" | "true" | "false")
        || text.starts_with(|sign: char| matches!(sign, '"' | '[' | '{' | '-' | '0'..='9'))
}

fn is_out_of_range(error: &serde_json::Error) -> bool {
    error.to_string().starts_with("number out of range")
}
