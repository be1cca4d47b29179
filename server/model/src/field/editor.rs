//! The field type `editor`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType, cast, size_option};
use crate::{ErrorCode, ErrorTree, FieldError, Json, Value, limits::DEFAULT_EDITOR_BYTES};

/// Options of an `editor` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EditorOptions {
    /// Largest size in bytes; 0 = 5 MiB.
    #[serde(deserialize_with = "size_option::bytes")]
    pub max_size: u64,
    /// Whether the console leaves relative addresses as they are.
    #[serde(rename = "convertURLs")]
    pub convert_urls: bool,
}

pub(super) struct Editor;

impl FieldType for Editor {
    fn name(&self) -> &'static str {
        "editor"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        EditorOptions::deserialize(definition).map(FieldOptions::Editor)
    }

    fn column(&self, _field: &Field) -> ColumnShape {
        ColumnShape::Text
    }

    fn normalise(&self, _field: &Field, submitted: &Json) -> Value {
        Value::Text(cast::to_text(submitted))
    }

    fn validate(&self, field: &Field, value: &Value) -> Result<(), FieldError> {
        let FieldOptions::Editor(options) = &field.options else { return Ok(()) };
        let content = value.as_text().unwrap_or_default();
        if content.is_empty() {
            return field.check_required(value);
        }
        let most = if options.max_size == 0 { DEFAULT_EDITOR_BYTES } else { options.max_size };
        if !size_option::fits(content.len(), most) {
            return Err(size_option::too_large(ErrorCode::ContentSize, most));
        }
        Ok(())
    }

    fn validate_options(&self, field: &Field) -> ErrorTree {
        let mut errors = ErrorTree::default();
        if let FieldOptions::Editor(options) = &field.options {
            size_option::check(&mut errors, "maxSize", options.max_size);
        }
        errors
    }
}
