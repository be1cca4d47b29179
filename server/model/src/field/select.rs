//! The field type `select`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType, cast, size_option};
use crate::{ErrorCode, ErrorTree, FieldError, Json, Value};

/// Options of a `select` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SelectOptions {
    /// The values to choose from.
    pub values: Vec<String>,
    /// Most values; 0 or 1 = single.
    #[serde(deserialize_with = "size_option::count")]
    pub max_select: usize,
}

pub(super) struct Select;

impl FieldType for Select {
    fn name(&self) -> &'static str {
        "select"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        SelectOptions::deserialize(definition).map(FieldOptions::Select)
    }

    fn column(&self, field: &Field) -> ColumnShape {
        match &field.options {
            FieldOptions::Select(options) if options.max_select > 1 => ColumnShape::List,
            _ => ColumnShape::Text,
        }
    }

    fn normalise(&self, field: &Field, submitted: &Json) -> Value {
        cast::to_choice(field, submitted)
    }

    fn validate(&self, field: &Field, value: &Value) -> Result<(), FieldError> {
        let FieldOptions::Select(options) = &field.options else { return Ok(()) };
        let chosen = value.as_texts();
        if chosen.is_empty() {
            return field.check_required(value);
        }
        let most = options.max_select.max(1);
        if chosen.len() > most {
            let message = format!("At most {most} values can be chosen.");
            let error = FieldError::with_message(ErrorCode::TooManyValues, message);
            return Err(error.param("maxSelect", most));
        }
        if let Some(unknown) = chosen.iter().find(|choice| !options.values.contains(choice)) {
            let message = format!("\"{}\" is not among the choices.", unknown.escape_debug());
            let error = FieldError::with_message(ErrorCode::InvalidValue, message);
            return Err(error.param("value", unknown.as_str()));
        }
        Ok(())
    }

    fn validate_options(&self, field: &Field) -> ErrorTree {
        let mut errors = ErrorTree::default();
        let FieldOptions::Select(options) = &field.options else { return errors };
        if options.values.is_empty() {
            errors.put("values", ErrorCode::Required);
        }
        let most = u64::try_from(options.values.len()).unwrap_or(u64::MAX).max(1);
        size_option::check_within(&mut errors, "maxSelect", options.max_select, 0..=most);
        errors
    }
}
