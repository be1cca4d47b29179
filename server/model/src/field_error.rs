//! Why one field was refused: a code for clients, a sentence for people, and what it is about.

use crate::{ErrorCode, Json, JsonMap};

/// Why one field was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// The stable code.
    pub code: ErrorCode,
    /// The sentence for people.
    pub message: String,
    /// What the sentence speaks of, for clients that make their own: limits, names, values. Empty
    /// for codes that say it all.
    pub params: JsonMap,
}

impl FieldError {
    /// An error with the code's own sentence.
    pub fn new(code: ErrorCode) -> Self {
        Self::with_message(code, code.message())
    }

    /// An error with a more exact sentence.
    pub fn with_message(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), params: JsonMap::new() }
    }

    /// The same error with a parameter more.
    pub fn param(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.params.insert(name.to_owned(), value.into());
        self
    }

    /// A value below the smallest one that is taken.
    pub fn below(threshold: impl Into<Json>) -> Self {
        Self::of_threshold(ErrorCode::MinGreaterEqualThanRequired, threshold.into())
    }

    /// A value above the largest one that is taken.
    pub fn above(threshold: impl Into<Json>) -> Self {
        Self::of_threshold(ErrorCode::MaxLessEqualThanRequired, threshold.into())
    }

    /// A text that is shorter or longer than allowed.
    pub fn out_of_length(min: usize, max: usize) -> Self {
        let message = format!("The length must be between {min} and {max}.");
        let error = Self::with_message(ErrorCode::LengthOutOfRange, message);
        error.param("min", min).param("max", max)
    }

    /// A text or list that is longer than allowed.
    pub fn too_long(max: usize) -> Self {
        let error =
            Self::with_message(ErrorCode::LengthTooLong, format!("At most {max} are allowed."));
        error.param("min", 0).param("max", max)
    }

    fn of_threshold(code: ErrorCode, threshold: Json) -> Self {
        Self::new(code).param("threshold", threshold)
    }
}

impl From<ErrorCode> for FieldError {
    fn from(code: ErrorCode) -> Self {
        Self::new(code)
    }
}
