//! The field type `file`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType};
use crate::{ErrorTree, FieldError, Json, Value};

/// Options of a `file` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FileOptions {
    /// Most files; 0 or 1 = single.
    pub max_select: usize,
    /// Largest file in bytes; 0 = 5 MiB.
    pub max_size: u64,
    /// Types that are taken; empty = all.
    pub mime_types: Vec<String>,
    /// Sizes of thumbnails, as `100x100`.
    pub thumbs: Vec<String>,
    /// Whether downloads need a file token and the view rule.
    pub protected: bool,
}

pub(super) struct File;

impl FieldType for File {
    fn name(&self) -> &'static str {
        "file"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        FileOptions::deserialize(definition).map(FieldOptions::File)
    }

    fn column(&self, field: &Field) -> ColumnShape {
        match &field.options {
            FieldOptions::File(options) if options.max_select > 1 => ColumnShape::List,
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
