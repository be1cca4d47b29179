//! The typed cell of a record.

use crate::{Json, json_number::number_to_json};

/// One value of a record's field.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A JSON field without a value. No other field type has it.
    Null,
    /// A bool field.
    Bool(bool),
    /// A number field; always finite.
    Number(f64),
    /// Text, email, url, editor, date, autodate, password hash, and the single
    /// forms of select, relation and file.
    Text(String),
    /// The multiple forms of select, relation and file, in order.
    List(Vec<String>),
    /// A JSON field's document.
    Json(Json),
    /// A place on Earth in degrees.
    Point {
        /// Longitude, -180 to 180.
        lon: f64,
        /// Latitude, -90 to 90.
        lat: f64,
    },
}

impl Value {
    /// The value as it is shown to clients and kept in the change log.
    pub fn to_json(&self) -> Json {
        match self {
            Value::Null => Json::Null,
            Value::Bool(flag) => Json::Bool(*flag),
            Value::Number(number) => number_to_json(*number),
            Value::Text(text) => Json::String(text.clone()),
            Value::List(items) => items.iter().cloned().map(Json::String).collect(),
            Value::Json(document) => document.clone(),
            Value::Point { lon, lat } => {
                serde_json::json!({"lon": number_to_json(*lon), "lat": number_to_json(*lat)})
            }
        }
    }

    /// The text inside, or nothing for another kind of value.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The strings inside: none for an empty text, one for a text, all of a list.
    pub fn as_texts(&self) -> &[String] {
        match self {
            Value::Text(text) if text.is_empty() => &[],
            Value::Text(text) => std::slice::from_ref(text),
            Value::List(items) => items,
            _ => &[],
        }
    }

    /// The flag inside; false for another kind of value.
    pub fn as_bool(&self) -> bool {
        matches!(self, Value::Bool(true))
    }
}
