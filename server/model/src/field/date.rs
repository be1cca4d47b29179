//! The field type `date`.

use serde::{Deserialize, Deserializer, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType, date_text};
use crate::{ErrorTree, FieldError, Json, Value};

/// Options of a `date` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct DateOptions {
    /// Earliest moment in the stored form; empty = any.
    #[serde(deserialize_with = "read_limit")]
    pub min: String,
    /// Latest moment in the stored form; empty = any.
    #[serde(deserialize_with = "read_limit")]
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

    fn normalise(&self, _field: &Field, submitted: &Json) -> Value {
        normalise(submitted)
    }

    fn validate(&self, field: &Field, value: &Value) -> Result<(), FieldError> {
        let FieldOptions::Date(options) = &field.options else { return Ok(()) };
        let date = value.as_text().unwrap_or_default();
        if date.is_empty() {
            return field.check_required(value);
        }
        // The stored form sorts as time does.
        if !options.min.is_empty() && date < options.min.as_str() {
            let message = format!("The date must not be before {}.", options.min);
            return Err(FieldError { message, ..FieldError::below(threshold(&options.min)) });
        }
        if !options.max.is_empty() && date > options.max.as_str() {
            let message = format!("The date must not be after {}.", options.max);
            return Err(FieldError { message, ..FieldError::above(threshold(&options.max)) });
        }
        Ok(())
    }

    fn validate_options(&self, _field: &Field) -> ErrorTree {
        ErrorTree::default()
    }
}

/// A limit as RFC 3339 has it, without needless digits.
fn threshold(limit: &str) -> String {
    let text = limit.replacen(' ', "T", 1);
    match text.strip_suffix('Z').and_then(|text| text.split_once('.')) {
        Some((seconds, fraction)) => match fraction.trim_end_matches('0') {
            "" => format!("{seconds}Z"),
            fraction => format!("{seconds}.{fraction}Z"),
        },
        None => text,
    }
}

/// A submitted value as a date: the stored form, or "" for what is no date.
pub(super) fn normalise(submitted: &Json) -> Value {
    let date = submitted.as_str().and_then(date_text::parse_date);
    Value::Text(date.unwrap_or_default())
}

fn read_limit<'de, D: Deserializer<'de>>(reader: D) -> Result<String, D::Error> {
    let text = String::deserialize(reader)?;
    Ok(date_text::parse_date(&text).unwrap_or_default())
}
