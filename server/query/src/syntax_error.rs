//! Why a text is not of the language.

use std::fmt;

/// Where a text stops being of the language, and what would have fitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The column, in characters, from 1.
    pub column: usize,
    /// What went wrong.
    pub problem: SyntaxProblem,
}

/// What is wrong at a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SyntaxProblem {
    /// Something else should stand here.
    Expected {
        /// What should stand here.
        expected: &'static str,
        /// What stands here, described without quoting the user's text.
        found: String,
    },
    /// A text literal that never ends.
    UnclosedText,
    /// A modifier, macro or function that does not exist.
    Unknown(&'static str),
    /// The text exceeds a limit, named here.
    TooMuch(&'static str),
    /// A client's text speaks of `@request.` or `@collection.`, which only rules may.
    ForbiddenName,
}

impl SyntaxError {
    pub(crate) fn new(column: usize, problem: SyntaxProblem) -> Self {
        Self { column, problem }
    }

    pub(crate) fn expected(
        column: usize,
        expected: &'static str,
        found: impl Into<String>,
    ) -> Self {
        Self::new(column, SyntaxProblem::Expected { expected, found: found.into() })
    }

    /// Whether the caller is not allowed to say this, rather than having said it wrongly.
    pub fn is_forbidden(&self) -> bool {
        self.problem == SyntaxProblem::ForbiddenName
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "column {}: ", self.column)?;
        match &self.problem {
            SyntaxProblem::Expected { expected, found } => {
                write!(out, "expected {expected}, found {found}")
            }
            SyntaxProblem::UnclosedText => write!(out, "this text is never closed"),
            SyntaxProblem::Unknown(what) => write!(out, "unknown {what}"),
            SyntaxProblem::TooMuch(limit) => write!(out, "too much: {limit}"),
            SyntaxProblem::ForbiddenName => {
                write!(out, "only rules may use @request and @collection")
            }
        }
    }
}

impl std::error::Error for SyntaxError {}
