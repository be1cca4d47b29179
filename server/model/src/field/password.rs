//! The field type `password`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType, cast, pattern, size_option};
use crate::{ErrorCode, ErrorTree, FieldError, Json, Value};

/// Options of a `password` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PasswordOptions {
    /// Fewest characters.
    #[serde(deserialize_with = "size_option::count")]
    pub min: usize,
    /// Most characters (and bytes: 71); 0 = no other limit.
    #[serde(deserialize_with = "size_option::count")]
    pub max: usize,
    /// Regular expression that a password must match; empty = any.
    pub pattern: String,
    /// Kept for compatibility; hashing cost is the server's.
    #[serde(deserialize_with = "size_option::cost")]
    pub cost: u32,
}

/// Longest password, in characters.
const MAX_LENGTH: usize = 71;
/// Longest password, in bytes: imported hashes know no more of one.
const MAX_BYTES: usize = 72;
/// The range of the hashing cost.
const MIN_COST: u64 = 4;
const MAX_COST: u64 = 31;

pub(super) struct Password;

impl FieldType for Password {
    fn name(&self) -> &'static str {
        "password"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        PasswordOptions::deserialize(definition).map(FieldOptions::Password)
    }

    fn column(&self, _field: &Field) -> ColumnShape {
        ColumnShape::Text
    }

    fn normalise(&self, _field: &Field, submitted: &Json) -> Value {
        Value::Text(cast::to_text(submitted))
    }

    /// Checks a new password in clear, before it is hashed; a hash is never checked.
    fn validate(&self, field: &Field, value: &Value) -> Result<(), FieldError> {
        let FieldOptions::Password(options) = &field.options else { return Ok(()) };
        let password = value.as_text().unwrap_or_default();
        if password.is_empty() {
            return field.check_required(value);
        }
        if password.len() > MAX_BYTES {
            return Err(ErrorCode::InvalidValue.into());
        }
        let length = password.chars().count();
        if length < options.min {
            let message = format!("At least {} characters are needed.", options.min);
            return Err(FieldError::with_message(ErrorCode::MinText, message));
        }
        let most = if options.max == 0 { MAX_LENGTH } else { options.max };
        if length > most {
            let message = format!("At most {most} characters are allowed.");
            return Err(FieldError::with_message(ErrorCode::MaxText, message));
        }
        if !options.pattern.is_empty() && !pattern::matches(&options.pattern, password) {
            return Err(ErrorCode::InvalidFormat.into());
        }
        Ok(())
    }

    fn validate_options(&self, field: &Field) -> ErrorTree {
        let mut errors = ErrorTree::default();
        let FieldOptions::Password(options) = &field.options else { return errors };
        let most = u64::try_from(MAX_LENGTH).unwrap_or(u64::MAX);
        size_option::check_within(&mut errors, "min", options.min, 1..=most);
        size_option::check_within(&mut errors, "max", options.max, 0..=most);
        if options.max > 0 && options.max < options.min {
            errors.put("max", FieldError::below(options.min));
        }
        size_option::check_within(&mut errors, "cost", options.cost, MIN_COST..=MAX_COST);
        if !options.pattern.is_empty() && pattern::compile(&options.pattern).is_none() {
            errors.put("pattern", ErrorCode::InvalidRegex);
        }
        errors
    }
}
