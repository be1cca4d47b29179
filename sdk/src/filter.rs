//! Filters whose values can never become part of the filter's syntax.
//!
//! A literal of the filter language is quoted with `'` and knows the escapes `\\` and `\'`. Every
//! backslash and every single quote of a text is escaped, so each run of backslashes in front of
//! a quote is odd inside the literal and the closing quote is the first one that is not escaped.
//! The format is checked while the program is compiled ([`template`]).

mod literal;
#[doc(hidden)]
pub mod template;

use std::fmt;

pub use literal::{FilterError, FilterValue, Literal};

/// A filter that is ready to be sent. Made by [`filter!`](crate::filter!) or [`Filter::raw`].
#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    text: Result<String, FilterError>,
}

impl Filter {
    /// Takes text as it is. Never build it from what a user typed: use
    /// [`filter!`](crate::filter!) for that.
    pub fn raw(text: impl Into<String>) -> Self {
        Self { text: Ok(text.into()) }
    }

    /// Both must hold.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        self.join(other, "&&")
    }

    /// One of them must hold.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        self.join(other, "||")
    }

    /// Joins any number of filters; `None` when there is none.
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Option<Self> {
        filters.into_iter().reduce(Self::and)
    }

    /// The text that is sent.
    ///
    /// # Errors
    /// A value can't be expressed in the filter language, such as a number that is not finite.
    pub fn text(&self) -> Result<&str, FilterError> {
        self.text.as_deref().map_err(Clone::clone)
    }

    fn join(self, other: Self, operator: &str) -> Self {
        let text = self.text.and_then(|left| {
            let right = other.text?;
            Ok(format!("({left}) {operator} ({right})"))
        });
        Self { text }
    }

    /// Fills a format that [`template::check`] accepted.
    #[doc(hidden)]
    #[must_use]
    pub fn from_template(format: &str, values: &[Literal]) -> Self {
        let mut text = String::with_capacity(format.len());
        let mut values = values.iter();
        let mut pieces = format.split("{}");
        text.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            match values.next().map(Literal::text) {
                Some(Ok(value)) => text.push_str(value),
                Some(Err(error)) => return Self { text: Err(error) },
                None => return Self { text: Err(FilterError::MissingValue) },
            }
            text.push_str(piece);
        }
        Self { text: Ok(text) }
    }
}

impl fmt::Display for Filter {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            Ok(text) => formatter.write_str(text),
            Err(error) => error.fmt(formatter),
        }
    }
}

/// Makes a [`Filter`] from a literal format with `{}` for each value.
///
/// The values may be anything that implements [`FilterValue`]: texts, numbers, booleans, times,
/// and `Option`s of them. They are escaped, so a text can never leave its literal:
///
/// ```
/// use underpin::filter;
///
/// let title = "it's' || true = true";
/// let filter = filter!("title = {} && views > {}", title, 10);
/// assert_eq!(filter.to_string(), r"title = 'it\'s\' || true = true' && views > 10");
/// ```
///
/// The format is checked at compile time. The number of values must fit:
///
/// ```compile_fail
/// let filter = underpin::filter!("title = {} && views > {}", "only one");
/// ```
///
/// and a placeholder stands for a whole literal, never for a part of one:
///
/// ```compile_fail
/// let filter = underpin::filter!("title = '{}'", "quoted twice");
/// ```
///
/// The server refuses clients' filters that contain `@request.` or `@collection.` anywhere, even
/// inside a literal, with 403.
#[macro_export]
macro_rules! filter {
    ($format:literal $(, $value:expr)* $(,)?) => {{
        const _: () = $crate::filter::template::check(
            $format,
            <[()]>::len(&[$($crate::filter!(@unit $value)),*]),
        );
        $crate::Filter::from_template(
            $format,
            &[$($crate::FilterValue::literal(&$value)),*],
        )
    }};
    (@unit $value:expr) => { () };
}

#[cfg(test)]
mod tests;
