//! The field type `number`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType};
use crate::{ErrorCode, ErrorTree, FieldError, Json, Value, json_number::number_to_json};

/// Options of a `number` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct NumberOptions {
    /// Smallest value.
    #[serde(serialize_with = "write_limit")]
    pub min: Option<f64>,
    /// Largest value.
    #[serde(serialize_with = "write_limit")]
    pub max: Option<f64>,
    /// Whether fractions are refused.
    pub only_int: bool,
}

/// Whole numbers from here on are beyond 64 bits.
const BEYOND_INTEGERS: f64 = 9_223_372_036_854_775_808.0;

pub(super) struct Number;

impl FieldType for Number {
    fn name(&self) -> &'static str {
        "number"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        NumberOptions::deserialize(definition).map(FieldOptions::Number)
    }

    fn column(&self, _field: &Field) -> ColumnShape {
        ColumnShape::Number
    }

    /// Texts for NaN and infinity stay texts, so that [`FieldType::validate`] can refuse them.
    fn normalise(&self, _field: &Field, submitted: &Json) -> Value {
        let number = match submitted {
            Json::Number(number) => number.as_f64().unwrap_or(0.0),
            Json::Bool(flag) => f64::from(u8::from(*flag)),
            Json::String(text) => number_in(text).unwrap_or(0.0),
            _ => 0.0,
        };
        match submitted {
            Json::String(text) if !number.is_finite() => Value::Text(text.clone()),
            // Adding zero turns -0 into 0: the two are one value.
            _ => Value::Number(number + 0.0),
        }
    }

    fn validate(&self, field: &Field, value: &Value) -> Result<(), FieldError> {
        let FieldOptions::Number(options) = &field.options else { return Ok(()) };
        let Value::Number(number) = *value else {
            return Err(ErrorCode::NotANumber.into());
        };
        if number == 0.0 {
            return field.check_required(value);
        }
        if options.only_int && !is_integer(number) {
            return Err(ErrorCode::OnlyInt.into());
        }
        if let Some(min) = options.min.filter(|min| number < *min) {
            let message = format!("The number must be at least {min}.");
            let error = FieldError::with_message(ErrorCode::MinNumber, message);
            return Err(error.param("min", number_to_json(min)));
        }
        if let Some(max) = options.max.filter(|max| number > *max) {
            let message = format!("The number must be at most {max}.");
            let error = FieldError::with_message(ErrorCode::MaxNumber, message);
            return Err(error.param("max", number_to_json(max)));
        }
        Ok(())
    }

    fn validate_options(&self, field: &Field) -> ErrorTree {
        let mut errors = ErrorTree::default();
        let FieldOptions::Number(options) = &field.options else { return errors };
        for (name, limit) in [("min", options.min), ("max", options.max)] {
            if options.only_int && limit.is_some_and(|limit| !is_integer(limit)) {
                errors.put(name, ErrorCode::OnlyInt);
            }
        }
        if let (Some(min), Some(max)) = (options.min, options.max)
            && max < min
        {
            let error = FieldError::new(ErrorCode::MinNumber);
            errors.put("max", error.param("min", number_to_json(min)));
        }
        errors
    }
}

fn write_limit<S: serde::Serializer>(limit: &Option<f64>, writer: S) -> Result<S::Ok, S::Error> {
    limit.map(number_to_json).serialize(writer)
}

fn is_integer(number: f64) -> bool {
    number.fract() == 0.0 && (-BEYOND_INTEGERS..BEYOND_INTEGERS).contains(&number)
}

/// Reads a number, of which one too large is none. Digits may be grouped by `_`; it may be called
/// infinite, or none at all, by name.
pub fn number_in(text: &str) -> Option<f64> {
    let names_infinity = text.bytes().any(|byte| matches!(byte, b'n' | b'N'));
    let digits = ungrouped(text);
    let number: f64 = digits.as_deref().unwrap_or(text).parse().ok()?;
    (number.is_finite() || names_infinity).then_some(number)
}

/// The text without its `_`, when each stands between two digits.
fn ungrouped(text: &str) -> Option<String> {
    let mut parts = text.split('_').peekable();
    let mut joined = parts.next()?.to_owned();
    for part in parts {
        let is_between = joined.ends_with(|sign: char| sign.is_ascii_digit())
            && part.starts_with(|sign: char| sign.is_ascii_digit());
        if !is_between {
            return None;
        }
        joined.push_str(part);
    }
    Some(joined)
}
