//! The forms in which dates are read.
//!
//! The forms below are those of the usual internet standards (RFC 3339, 1123,
//! 850, 822), of C's `asctime` and `date`, and the stored form itself. A day's
//! name is not checked against the date; a missing year is 0.

use jiff::{SignedDuration, civil};

use crate::Timestamp;

/// Reads a date as clients write it and gives it in the stored form, or nothing.
///
/// Nothing is also given for the first moment of year 1 (how some languages
/// write "no date") and for moments outside the years 0 to 9999.
pub fn parse_date(text: &str) -> Option<String> {
    FORMS.iter().find_map(|form| read(form, text)).and_then(|parts| parts.stored())
}

/// `%Y` year, `%y` two-digit year, `%m` month, `%b` its name, `%d` day, `%e` day of one or two
/// digits, `%a` `%A` day's name, `%H` hour, `%M` minute, `%S` second with or without a fraction,
/// `%I` hour of twelve, `%p` AM or PM, `%z` offset, `%Z` offset or `Z`, `%N` name of a zone.
/// Other signs stand for themselves.
const FORMS: [&str; 18] = [
    "%Y-%m-%d %H:%M:%S%Z",
    "%Y-%m-%dT%H:%M:%S%Z",
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M:%S %z",
    "%Y-%m-%d %H:%M:%S %z %N",
    "%a, %d %b %Y %H:%M:%S %z",
    "%a, %d %b %Y %H:%M:%S %N",
    "%A, %d-%b-%y %H:%M:%S %N",
    "%d %b %y %H:%M %z",
    "%d %b %y %H:%M %N",
    "%d %b %Y",
    "%a %b %e %H:%M:%S %Y",
    "%a %b %e %H:%M:%S %N %Y",
    "%a %b %d %H:%M:%S %z %Y",
    "%b %e %H:%M:%S",
    "%I:%M%p",
];

const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: [&str; 7] =
    ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/// What was read so far.
struct Parts {
    year: i16,
    month: i8,
    day: i8,
    hour: i8,
    minute: i8,
    second: i8,
    nanosecond: i32,
    is_afternoon: bool,
    offset_minutes: i64,
}

impl Parts {
    fn stored(&self) -> Option<String> {
        let hour = if self.is_afternoon { self.hour % 12 + 12 } else { self.hour };
        let local = civil::DateTime::new(
            self.year,
            self.month,
            self.day,
            hour,
            self.minute,
            self.second,
            self.nanosecond,
        )
        .ok()?;
        let moment = local.checked_sub(SignedDuration::from_mins(self.offset_minutes)).ok()?;
        let is_no_date = moment == civil::date(1, 1, 1).at(0, 0, 0, 0);
        (!is_no_date && (0..=9999).contains(&moment.year())).then(|| Timestamp::write(moment))
    }
}

fn read(form: &str, text: &str) -> Option<Parts> {
    let mut parts = Parts {
        year: 0,
        month: 1,
        day: 1,
        hour: 0,
        minute: 0,
        second: 0,
        nanosecond: 0,
        is_afternoon: false,
        offset_minutes: 0,
    };
    let mut rest = text;
    let mut signs = form.chars();
    while let Some(sign) = signs.next() {
        rest = match sign {
            '%' => read_part(signs.next()?, rest, &mut parts)?,
            literal => rest.strip_prefix(literal)?,
        };
    }
    rest.is_empty().then_some(parts)
}

fn read_part<'t>(part: char, text: &'t str, parts: &mut Parts) -> Option<&'t str> {
    let rest;
    match part {
        'Y' => (parts.year, rest) = digits(text, 4)?,
        'y' => {
            let short: i16;
            (short, rest) = digits(text, 2)?;
            parts.year = if short >= 69 { 1900 + short } else { 2000 + short };
        }
        'm' => (parts.month, rest) = digits(text, 2)?,
        'b' => (parts.month, rest) = month_name(text)?,
        'd' => (parts.day, rest) = digits(text, 2)?,
        'e' => (parts.day, rest) = short_number(text.strip_prefix(' ').unwrap_or(text))?,
        'a' => rest = day_name(text, Some(3))?,
        'A' => rest = day_name(text, None)?,
        'H' => (parts.hour, rest) = short_number(text)?,
        'I' => {
            (parts.hour, rest) = short_number(text)?;
            if parts.hour > 12 {
                return None;
            }
        }
        'M' => (parts.minute, rest) = digits(text, 2)?,
        'S' => {
            let behind;
            (parts.second, behind) = digits(text, 2)?;
            (parts.nanosecond, rest) = fraction(behind);
        }
        'p' => {
            parts.is_afternoon = text.starts_with("PM");
            rest = text.strip_prefix("PM").or_else(|| text.strip_prefix("AM"))?;
            if !parts.is_afternoon {
                parts.hour %= 12;
            }
        }
        'Z' if text.starts_with('Z') => rest = text.strip_prefix('Z')?,
        'z' | 'Z' => (parts.offset_minutes, rest) = offset(text)?,
        'N' => (parts.offset_minutes, rest) = zone_name(text, parts.offset_minutes)?,
        _ => return None,
    }
    Some(rest)
}

/// Exactly so many digits.
fn digits<T: std::str::FromStr>(text: &str, count: usize) -> Option<(T, &str)> {
    let (number, rest) = text.split_at_checked(count)?;
    let all_digits = number.bytes().all(|byte| byte.is_ascii_digit());
    Some((number.parse().ok().filter(|_| all_digits)?, rest))
}

/// One or two digits.
fn short_number(text: &str) -> Option<(i8, &str)> {
    digits(text, 2).or_else(|| digits(text, 1))
}

/// A fraction of a second, cut to nanoseconds; 0 when there is none.
fn fraction(text: &str) -> (i32, &str) {
    let Some(behind) = text.strip_prefix(['.', ',']) else { return (0, text) };
    let length = behind.bytes().take_while(u8::is_ascii_digit).count();
    let Some((written, rest)) = behind.split_at_checked(length) else { return (0, text) };
    if written.is_empty() {
        return (0, text);
    }
    let padded: String = written.chars().chain("000000000".chars()).take(9).collect();
    (padded.parse().unwrap_or(0), rest)
}

fn month_name(text: &str) -> Option<(i8, &str)> {
    let (name, rest) = text.split_at_checked(3)?;
    let position = MONTHS.iter().position(|month| month.eq_ignore_ascii_case(name))?;
    Some((i8::try_from(position + 1).ok()?, rest))
}

fn day_name(text: &str, length: Option<usize>) -> Option<&str> {
    DAYS.iter().find_map(|day| {
        let day = day.get(..length.unwrap_or(day.len()))?;
        let (name, rest) = text.split_at_checked(day.len())?;
        name.eq_ignore_ascii_case(day).then_some(rest)
    })
}

/// `+0200` or `+02:00`, in minutes.
fn offset(text: &str) -> Option<(i64, &str)> {
    let (sign, behind) = match text.strip_prefix('+') {
        Some(behind) => (1, behind),
        None => (-1, text.strip_prefix('-')?),
    };
    let (hours, behind) = digits::<i64>(behind, 2)?;
    let (minutes, rest) = digits::<i64>(behind.strip_prefix(':').unwrap_or(behind), 2)?;
    (hours <= 24 && minutes < 60).then_some((sign * (hours * 60 + minutes), rest))
}

/// `UTC`, `CEST`: three or four capitals. Abbreviations are ambiguous, so they move nothing,
/// but for `GMT` with a number of hours.
fn zone_name(text: &str, known_offset: i64) -> Option<(i64, &str)> {
    if let Some(behind) = text.strip_prefix("GMT")
        && behind.starts_with(['+', '-'])
    {
        let length = behind.bytes().skip(1).take_while(u8::is_ascii_digit).count() + 1;
        let (hours, rest) = behind.split_at_checked(length)?;
        let hours = hours.parse::<i64>().ok().filter(|hours| (-23..=23).contains(hours))?;
        return Some((hours * 60, rest));
    }
    let length = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let (_, rest) = text.split_at_checked(length)?;
    matches!(length, 3 | 4).then_some((known_offset, rest))
}
