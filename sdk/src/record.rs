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
    #[serde(default)]
    next_cursor: NextCursor,
    /// The records.
    pub items: Vec<Record<T>>,
}

/// What an answer says of the page after it.
#[derive(Debug, Clone, Default)]
pub(crate) enum NextCursor {
    /// Nothing: the pages of this list go by numbers.
    #[default]
    Unsaid,
    /// There is none.
    Last,
    /// Where it starts.
    At(String),
}

impl<'de> Deserialize<'de> for NextCursor {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Option::<String>::deserialize(from)?.map_or(Self::Last, Self::At))
    }
}

const fn unknown() -> i64 {
    -1
}

impl<T> Page<T> {
    /// Where the next page starts, for [`List::cursor`](crate::List::cursor); `None` behind the
    /// last page, and for pages that were asked for by number.
    #[must_use]
    pub fn next_cursor(&self) -> Option<&str> {
        match &self.next_cursor {
            NextCursor::At(cursor) => Some(cursor),
            NextCursor::Unsaid | NextCursor::Last => None,
        }
    }

    pub(crate) fn take_cursor(&mut self) -> NextCursor {
        std::mem::take(&mut self.next_cursor)
    }

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
