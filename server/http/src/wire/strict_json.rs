//! JSON as we take it: an object, no key twice. Text after the value is ignored.

use std::fmt;

use serde::{
    Deserialize,
    de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor},
};
use underpin_model::{Json, JsonMap};

/// Reads an object. An empty body and `null` are an empty object.
///
/// # Errors
/// A sentence that says where the text is not what we take.
pub(crate) fn read_object(body: &[u8]) -> Result<JsonMap, String> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(JsonMap::new());
    }
    let mut reader = serde_json::Deserializer::from_slice(body);
    match Strict::deserialize(&mut reader).map_err(|error| error.to_string())?.0 {
        Json::Object(map) => Ok(map),
        Json::Null => Ok(JsonMap::new()),
        _ => Err("the body must be a JSON object".to_owned()),
    }
}

/// Reads an object that is all there is, or `null`.
///
/// # Errors
/// As [`read_object`], and for text after the value.
pub(crate) fn read_whole_object(body: &[u8]) -> Result<JsonMap, String> {
    match serde_json::from_slice::<Strict>(body).map_err(|error| error.to_string())?.0 {
        Json::Object(map) => Ok(map),
        Json::Null => Ok(JsonMap::new()),
        _ => Err("it must be a JSON object".to_owned()),
    }
}

struct Strict(Json);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        StrictSeed.deserialize(deserializer).map(Strict)
    }
}

struct StrictSeed;

impl<'de> DeserializeSeed<'de> for StrictSeed {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(StrictVisitor)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Json;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a JSON value")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json::from(value))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Json, E> {
        Ok(Json::String(value))
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(StrictSeed)? {
            list.push(item);
        }
        Ok(Json::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut map = JsonMap::new();
        while let Some(key) = entries.next_key::<String>()? {
            let value = entries.next_value_seed(StrictSeed)?;
            if map.contains_key(&key) {
                return Err(A::Error::custom("a key stands twice in one object"));
            }
            map.insert(key, value);
        }
        Ok(Json::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_bodies_are_refused_and_empty_ones_are_empty() {
        for empty in ["", "  \n", "null", "{}"] {
            assert!(read_object(empty.as_bytes()).is_ok_and(|map| map.is_empty()), "{empty:?}");
        }
        for wrong in ["[]", "1", "{\"a\":1,\"a\":2}", "{\"a\":[1,]}", "{\"a\"", "\u{feff}{}"] {
            assert!(read_object(wrong.as_bytes()).is_err(), "{wrong:?}");
        }
        assert!(read_object(b"{\"a\":\"\xff\"}").is_err(), "invalid UTF-8");
        assert!(read_object("[".repeat(100_000).as_bytes()).is_err(), "deep nesting");
        assert!(read_object(b"{\"a\":1} and more").is_ok());
    }
}
