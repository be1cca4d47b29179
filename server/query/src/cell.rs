//! A value as the database compares it, and the rules by which it does.
//!
//! These are SQLite's rules, which the language's meaning is built on; other dialects imitate
//! them in their [`Flavour`](crate::flavour::Flavour).

use std::cmp::Ordering;

use underpin_model::{Json, Value};

/// A value as the database sees it.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing there.
    Null,
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Real(f64),
    /// A text; JSON arrays and objects are compared as their text.
    Text(String),
}

/// What a column's type does to the value it is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Affinity {
    /// Numbers become their text.
    Text,
    /// Texts that read as numbers become numbers.
    Numeric,
    /// Nothing is changed.
    None,
}

impl Cell {
    /// A truth value, as the database keeps it.
    pub fn flag(flag: bool) -> Self {
        Self::Integer(i64::from(flag))
    }

    /// A number as a numeric column keeps it: whole when it is.
    pub fn number(number: f64) -> Self {
        match whole(number) {
            Some(integer) => Self::Integer(integer),
            None => Self::Real(number),
        }
    }

    /// A JSON scalar as extraction yields it; arrays and objects become their text.
    pub fn from_json(json: &Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(flag) => Self::flag(*flag),
            Json::Number(number) => match number.as_i64() {
                Some(integer) => Self::Integer(integer),
                None => Self::Real(number.as_f64().unwrap_or(0.0)),
            },
            Json::String(text) => Self::Text(text.clone()),
            compound => Self::Text(compound.to_string()),
        }
    }

    /// What the column of a value holds. A document is what extracting all of it yields.
    pub fn from_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(flag) => Self::flag(*flag),
            Value::Number(number) => Self::number(*number),
            Value::Text(text) => Self::Text(text.clone()),
            Value::Json(document) => Self::from_json(document),
            list_or_point => Self::Text(stored_text(list_or_point)),
        }
    }

    /// The text that the value reads as in a text's place.
    pub fn to_text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Integer(integer) => Some(integer.to_string()),
            Self::Real(real) => Some(real_to_text(*real)),
            Self::Text(text) => Some(text.clone()),
        }
    }

    /// The text in lower case, ASCII only.
    pub fn lower(&self) -> Self {
        self.to_text().map_or(Self::Null, |text| Self::Text(text.to_ascii_lowercase()))
    }

    /// Nothing or an empty text: what `= ''` and `= null` ask for.
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            _ => false,
        }
    }

    /// Whether the value is true: a number but 0, or a text that begins with one; nothing for NULL.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Null => None,
            Self::Integer(integer) => Some(*integer != 0),
            Self::Real(real) => Some(*real != 0.0),
            Self::Text(text) => Some(leading_number(text) != 0.0),
        }
    }

    /// How two values stand to each other under the affinities of where they come from;
    /// nothing when one is NULL.
    pub fn compare(&self, own: Affinity, other: &Self, others: Affinity) -> Option<Ordering> {
        let (left, right) = match (own, others) {
            (Affinity::Numeric, Affinity::Numeric) => (self.clone(), other.clone()),
            (Affinity::Numeric, _) => (self.clone(), other.as_numeric()),
            (_, Affinity::Numeric) => (self.as_numeric(), other.clone()),
            (Affinity::Text, Affinity::None) => (self.clone(), other.as_text()),
            (Affinity::None, Affinity::Text) => (self.as_text(), other.clone()),
            _ => (self.clone(), other.clone()),
        };
        left.compare_plainly(&right)
    }

    fn compare_plainly(&self, other: &Self) -> Option<Ordering> {
        Some(match (self, other) {
            (Self::Null, _) | (_, Self::Null) => return None,
            (Self::Text(left), Self::Text(right)) => left.as_bytes().cmp(right.as_bytes()),
            (Self::Text(_), _) => Ordering::Greater,
            (_, Self::Text(_)) => Ordering::Less,
            (Self::Integer(left), Self::Integer(right)) => left.cmp(right),
            (Self::Real(left), Self::Real(right)) => left.partial_cmp(right)?,
            (Self::Integer(left), Self::Real(right)) => integer_to_real(*left, *right)?,
            (Self::Real(left), Self::Integer(right)) => integer_to_real(*right, *left)?.reverse(),
        })
    }

    /// The value as a text's column turns it.
    pub(crate) fn as_text(&self) -> Self {
        self.to_text().map_or(Self::Null, Self::Text)
    }

    /// The value as a number's column turns it.
    pub(crate) fn as_numeric(&self) -> Self {
        match self {
            Self::Text(text) => match number_in(text) {
                Some(number) => number,
                None => self.clone(),
            },
            Self::Real(real) => Self::number(*real),
            other => other.clone(),
        }
    }
}

/// What the column of a value holds as it is; a document is its text.
pub fn stored_cell(value: &Value) -> Cell {
    match value {
        Value::Json(Json::Null) => Cell::Null,
        Value::Json(document) => Cell::Text(document.to_string()),
        other => Cell::from_value(other),
    }
}

/// The text of a list, a document or a place as its column holds it; a place keeps `lon` before
/// `lat`.
pub fn stored_text(value: &Value) -> String {
    match value {
        Value::Point { lon, lat } => {
            let part = |degrees: f64| underpin_model::json_number::number_to_json(degrees);
            format!("{{\"lon\":{},\"lat\":{}}}", part(*lon), part(*lat))
        }
        other => other.to_json().to_string(),
    }
}

/// What may stand around a number.
const BLANKS: [char; 6] = [' ', '\t', '\n', '\u{b}', '\u{c}', '\r'];

/// A text that is wholly a number, blanks around it aside.
fn number_in(text: &str) -> Option<Cell> {
    let trimmed = text.trim_matches(BLANKS);
    let unsigned = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
    let plain = unsigned
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if !plain || !unsigned.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if let Ok(integer) = trimmed.parse::<i64>() {
        return Some(Cell::Integer(integer));
    }
    trimmed.parse::<f64>().ok().filter(|real| real.is_finite()).map(Cell::number)
}

/// The number that a text begins with, blanks before it aside; 0 where there is none.
fn leading_number(text: &str) -> f64 {
    let text = text.trim_start_matches(BLANKS);
    let digits = |from: usize| {
        let rest = text.as_bytes().get(from..).unwrap_or_default();
        rest.iter().take_while(|byte| byte.is_ascii_digit()).count()
    };
    let is = |at: usize, signs: &[u8]| text.as_bytes().get(at).is_some_and(|it| signs.contains(it));
    let sign = usize::from(is(0, b"+-"));
    let mut end = sign + digits(sign);
    if is(end, b".") {
        end += 1 + digits(end + 1);
    }
    if is(end, b"eE") {
        let start = end + 1 + usize::from(is(end + 1, b"+-"));
        let exponent = digits(start);
        end = if exponent > 0 { start + exponent } else { end };
    }
    text.get(..end).and_then(|number| number.parse().ok()).unwrap_or(0.0)
}

/// The integer that a real stands for exactly, within what the database converts.
fn whole(real: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_774_784.0;
    if real.fract() != 0.0 || real.abs() > LIMIT {
        return None;
    }
    #[expect(clippy::as_conversions, reason = "checked: whole and within the range of i64")]
    Some(real as i64)
}

fn integer_to_real(integer: i64, real: f64) -> Option<Ordering> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if real >= LIMIT {
        return Some(Ordering::Less);
    }
    if real < -LIMIT {
        return Some(Ordering::Greater);
    }
    #[expect(clippy::as_conversions, reason = "checked: within the range of i64")]
    let truncated = real.trunc() as i64;
    Some(integer.cmp(&truncated).then(0.0_f64.partial_cmp(&real.fract())?))
}

/// A real as the database writes it, `5.0`, `0.1` or `1.0e+20`: with 15 digits where they tell it
/// from all others, else with 17.
fn real_to_text(real: f64) -> String {
    if real == 0.0 {
        return "0.0".to_owned();
    }
    if real.is_infinite() {
        return if real > 0.0 { "Inf".to_owned() } else { "-Inf".to_owned() };
    }
    let short = format!("{real:.14e}");
    let exact = short.parse() == Ok(real);
    let scientific = if exact { short } else { format!("{real:.16e}") };
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let mantissa = mantissa.trim_end_matches('0');
    let mantissa = mantissa.strip_suffix('.').unwrap_or(mantissa);
    if !(-4..=16).contains(&exponent) {
        let point = if mantissa.contains('.') { "" } else { ".0" };
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}{point}e{sign}{:02}", exponent.abs());
    }
    plain(mantissa, exponent)
}

/// `1.25` and 1 as `12.5`, `1.25` and -2 as `0.0125`.
fn plain(mantissa: &str, exponent: i32) -> String {
    let (sign, unsigned) = match mantissa.strip_prefix('-') {
        Some(unsigned) => ("-", unsigned),
        None => ("", mantissa),
    };
    let digits: String = unsigned.chars().filter(char::is_ascii_digit).collect();
    let zeros = |many: i32| "0".repeat(usize::try_from(many).unwrap_or(0));
    let length = i32::try_from(digits.len()).unwrap_or(0);
    if exponent < 0 {
        return format!("{sign}0.{}{digits}", zeros(-1 - exponent));
    }
    let whole = usize::try_from(exponent + 1).unwrap_or(0);
    match digits.split_at_checked(whole).filter(|(_, fraction)| !fraction.is_empty()) {
        Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{digits}{}.0", zeros(exponent + 1 - length)),
    }
}
