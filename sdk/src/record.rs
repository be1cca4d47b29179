//! Records: data of the program's own type beside what the server adds to each.

mod expand;

use std::ops::{Deref, DerefMut};

use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// A record with its data as `T`.
///
/// `T` sees the whole record, so it may name `id` or `created` too. Fields of `T` are reached
/// directly: `record.title`.
#[derive(Debug, Clone, PartialEq)]
pub struct Record<T> {
    /// What the server keeps of each record.
    pub meta: RecordMeta,
    /// The fields of the collection.
    pub data: T,
}

/// What each record has, whatever its collection. Parts that the request's `fields` left out are
/// empty.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RecordMeta {
    /// The record's id.
    pub id: String,
    /// The id of its collection.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub collection_id: String,
    /// The name of its collection.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub collection_name: String,
    /// Related records that the request asked for; see [`Record::expanded`].
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub expand: Map<String, Value>,
}

/// One page of a list.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", bound = "T: DeserializeOwned")]
pub struct Page<T> {
    /// Number of this page, from 1.
    pub page: u32,
    /// How many records a page holds at most.
    pub per_page: u32,
    #[serde(default = "unknown")]
    total_items: i64,
    #[serde(default = "unknown")]
    total_pages: i64,
    /// The records.
    pub items: Vec<Record<T>>,
}

const fn unknown() -> i64 {
    -1
}

impl<T> Page<T> {
    /// How many records match in all; `None` when the request skipped counting.
    #[must_use]
    pub fn total_items(&self) -> Option<u64> {
        u64::try_from(self.total_items).ok()
    }

    /// How many pages there are; `None` when the request skipped counting.
    #[must_use]
    pub fn total_pages(&self) -> Option<u64> {
        u64::try_from(self.total_pages).ok()
    }
}

impl<T: DeserializeOwned> Record<T> {
    /// Reads a record from JSON.
    ///
    /// # Errors
    /// The fields do not fit `T`.
    pub fn from_value(value: Value) -> Result<Self, serde_json::Error> {
        let meta = RecordMeta::deserialize(&value)?;
        let data = serde_json::from_value(value)?;
        Ok(Self { meta, data })
    }
}

impl<T> Record<T> {
    /// Drops what the server added.
    pub fn into_data(self) -> T {
        self.data
    }
}

impl<T> Deref for Record<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.data
    }
}

impl<T> DerefMut for Record<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.data
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Record<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_value(Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

impl<T: Serialize> Serialize for Record<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let data = serde_json::to_value(&self.data).map_err(S::Error::custom)?;
        let meta = serde_json::to_value(&self.meta).map_err(S::Error::custom)?;
        let (Value::Object(mut record), Value::Object(meta)) = (data, meta) else {
            return Err(S::Error::custom("a record's data must be a map of fields"));
        };
        record.extend(meta);
        record.serialize(serializer)
    }
}

#[cfg(test)]
mod tests;
