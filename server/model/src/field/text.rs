//! The field type `text`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType, cast, pattern, primary_key, size_option};
use crate::{ErrorCode, ErrorTree, FieldError, Json, Value, limits::DEFAULT_TEXT_LENGTH};

/// Options of a `text` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct TextOptions {
    /// Fewest characters.
    #[serde(deserialize_with = "size_option::count")]
    pub min: usize,
    /// Most characters; 0 = 5000.
    #[serde(deserialize_with = "size_option::count")]
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

    fn normalise(&self, _field: &Field, submitted: &Json) -> Value {
        Value::Text(cast::to_text(submitted))
    }

    fn validate(&self, field: &Field, value: &Value) -> Result<(), FieldError> {
        let FieldOptions::Text(options) = &field.options else { return Ok(()) };
        let text = value.as_text().unwrap_or_default();
        if text.is_empty() {
            return field.check_required(value);
        }
        check_text(options, text)?;
        if options.primary_key { primary_key::check(text) } else { Ok(()) }
    }

    fn validate_options(&self, field: &Field) -> ErrorTree {
        let mut errors = ErrorTree::default();
        let FieldOptions::Text(options) = &field.options else { return errors };
        size_option::check(&mut errors, "min", options.min);
        size_option::check(&mut errors, "max", options.max);
        if options.max > 0 && options.max < options.min {
            errors.put("max", FieldError::below(options.min));
        }
        if !options.pattern.is_empty() && pattern::compile(&options.pattern).is_none() {
            errors.put("pattern", ErrorCode::InvalidRegex);
        }
        if let Err(error) = check_autogenerate(options) {
            errors.put("autogeneratePattern", error);
        }
        errors
    }
}

fn check_text(options: &TextOptions, text: &str) -> Result<(), FieldError> {
    let length = text.chars().count();
    let most = if options.max == 0 { DEFAULT_TEXT_LENGTH } else { options.max };
    if length < options.min {
        let message = format!("At least {} characters are needed.", options.min);
        let error = FieldError::with_message(ErrorCode::MinText, message);
        return Err(error.param("min", options.min));
    }
    if length > most {
        let message = format!("At most {most} characters are allowed.");
        return Err(FieldError::with_message(ErrorCode::MaxText, message).param("max", most));
    }
    if !options.pattern.is_empty() && !pattern::matches(&options.pattern, text) {
        return Err(ErrorCode::InvalidFormat.into());
    }
    Ok(())
}

fn check_autogenerate(options: &TextOptions) -> Result<(), FieldError> {
    let drawn_from = options.autogenerate_pattern.as_str();
    if drawn_from.is_empty() {
        return Ok(());
    }
    if pattern::compile(drawn_from).is_none() {
        return Err(ErrorCode::InvalidRegex.into());
    }
    let Some(sample) = pattern::generate(drawn_from) else {
        return Err(ErrorCode::InvalidAutogeneratePattern.into());
    };
    if sample.is_empty() {
        return Ok(());
    }
    check_text(options, &sample).map_err(|error| {
        let message = format!(
            "The pattern may draw values that the field refuses, such as \"{}\": {}",
            sample.escape_debug(),
            error.message
        );
        FieldError::with_message(ErrorCode::InvalidAutogenerateValue, message)
    })
}
