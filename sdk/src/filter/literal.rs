//! Values as literals of the filter language.

use std::borrow::Cow;
use std::time::SystemTime;

use crate::date_text;

/// Why a value has no literal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FilterError {
    /// Infinities and NaN have no literal.
    #[error("a number in a filter must be finite")]
    NotFinite,
    /// Fewer values than placeholders; the macro rules this out.
    #[error("a placeholder of the filter has no value")]
    MissingValue,
    /// The time is outside of the years 1970 to 9999.
    #[error("a time in a filter must be between the years 1970 and 9999")]
    DateOutOfRange,
}

/// One complete literal. It can only be made from values, never from filter text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal(Result<Cow<'static, str>, FilterError>);

impl Literal {
    /// A quoted text.
    #[must_use]
    pub fn of_text(text: &str) -> Self {
        let mut quoted = String::with_capacity(text.len() + 2);
        quoted.push('\'');
        for character in text.chars() {
            if matches!(character, '\'' | '\\') {
                quoted.push('\\');
            }
            quoted.push(character);
        }
        quoted.push('\'');
        Self(Ok(quoted.into()))
    }

    /// A number. The filter language has no exponents, so all digits are written.
    #[must_use]
    pub fn of_number(number: f64) -> Self {
        if number.is_finite() {
            Self(Ok(number.to_string().into()))
        } else {
            Self(Err(FilterError::NotFinite))
        }
    }

    /// A time, in the form the server stores.
    #[must_use]
    pub fn of_time(time: SystemTime) -> Self {
        match date_text::from_system_time(time) {
            Some(text) => Self::of_text(&text),
            None => Self(Err(FilterError::DateOutOfRange)),
        }
    }

    /// `true` or `false`.
    #[must_use]
    pub const fn of_bool(value: bool) -> Self {
        Self(Ok(Cow::Borrowed(if value { "true" } else { "false" })))
    }

    /// `null`.
    #[must_use]
    pub const fn null() -> Self {
        Self(Ok(Cow::Borrowed("null")))
    }

    pub(super) fn text(&self) -> Result<&str, FilterError> {
        self.0.as_deref().map_err(Clone::clone)
    }
}

/// A value that may stand in a filter.
///
/// Types of your own delegate to one of the [`Literal`] makers:
///
/// ```
/// use underpin::{FilterValue, Literal, filter};
///
/// enum Stage { Draft, Live }
///
/// impl FilterValue for Stage {
///     fn literal(&self) -> Literal {
///         Literal::of_text(match self { Self::Draft => "draft", Self::Live => "live" })
///     }
/// }
///
/// assert_eq!(filter!("stage = {}", Stage::Live).to_string(), "stage = 'live'");
/// # let _ = Stage::Draft;
/// ```
pub trait FilterValue {
    /// The value's literal.
    fn literal(&self) -> Literal;
}

impl FilterValue for str {
    fn literal(&self) -> Literal {
        Literal::of_text(self)
    }
}

impl FilterValue for String {
    fn literal(&self) -> Literal {
        Literal::of_text(self)
    }
}

impl FilterValue for Cow<'_, str> {
    fn literal(&self) -> Literal {
        Literal::of_text(self)
    }
}

impl FilterValue for char {
    fn literal(&self) -> Literal {
        Literal::of_text(self.encode_utf8(&mut [0; 4]))
    }
}

impl FilterValue for bool {
    fn literal(&self) -> Literal {
        Literal::of_bool(*self)
    }
}

impl FilterValue for f64 {
    fn literal(&self) -> Literal {
        Literal::of_number(*self)
    }
}

impl FilterValue for f32 {
    fn literal(&self) -> Literal {
        Literal::of_number(f64::from(*self))
    }
}

impl FilterValue for SystemTime {
    fn literal(&self) -> Literal {
        Literal::of_time(*self)
    }
}

impl<T: FilterValue> FilterValue for Option<T> {
    fn literal(&self) -> Literal {
        self.as_ref().map_or_else(Literal::null, FilterValue::literal)
    }
}

impl<T: FilterValue + ?Sized> FilterValue for &T {
    fn literal(&self) -> Literal {
        (**self).literal()
    }
}

macro_rules! whole_numbers {
    ($($type:ty),*) => {$(
        impl FilterValue for $type {
            fn literal(&self) -> Literal {
                Literal(Ok(self.to_string().into()))
            }
        }
    )*};
}

whole_numbers!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);
