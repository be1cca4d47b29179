//! The field type `editor`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType};
use crate::{ErrorTree, FieldError, Json, Value};

/// Options of a `editor` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EditorOptions {
    /// Largest size in bytes; 0 = 5 MiB.
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
