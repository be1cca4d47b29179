//! A record: a collection's row as typed values.

use std::sync::Arc;

use crate::{Collection, Json, JsonMap, Value};

/// A record of a collection; values stand in the order of the collection's fields.
#[derive(Clone, Debug)]
pub struct Record {
    collection: Arc<Collection>,
    values: Vec<Value>,
}

impl Record {
    /// A record with every field at its zero value.
    pub fn empty(collection: &Arc<Collection>) -> Self {
        let values = collection.fields.iter().map(|field| field.zero()).collect();
        Self { collection: Arc::clone(collection), values }
    }

    /// A record from stored JSON, one key a field. Missing keys stay zero, unknown ones are ignored.
    pub fn from_stored(collection: &Arc<Collection>, stored: &JsonMap) -> Self {
        let mut record = Self::empty(collection);
        for (field, slot) in collection.fields.iter().zip(&mut record.values) {
            if let Some(json) = stored.get(&field.name) {
                *slot = field.read_stored(json);
            }
        }
        record
    }

    /// The collection it belongs to.
    pub fn collection(&self) -> &Arc<Collection> {
        &self.collection
    }

    /// The value of a field, by name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(self.collection.field_position(name)?)
    }

    /// The text of a field, or "" when there is no such field or it holds no text.
    pub fn text(&self, name: &str) -> &str {
        self.get(name).and_then(Value::as_text).unwrap_or_default()
    }

    /// Whether a bool field is set.
    pub fn flag(&self, name: &str) -> bool {
        self.get(name).is_some_and(Value::as_bool)
    }

    /// The record's id.
    pub fn id(&self) -> &str {
        self.text("id")
    }

    /// Puts a value into a field; an unknown field is left alone.
    pub fn set(&mut self, name: &str, value: Value) {
        let Some(position) = self.collection.field_position(name) else { return };
        if let Some(slot) = self.values.get_mut(position) {
            *slot = value;
        }
    }

    /// Fields and values, in the collection's order.
    pub fn cells(&self) -> impl Iterator<Item = (&crate::Field, &Value)> {
        self.collection.fields.iter().zip(&self.values)
    }

    /// Every field as JSON, secrets included: for storage alone.
    pub fn to_stored(&self) -> JsonMap {
        self.cells().map(|(field, value)| (field.name.clone(), value.to_json())).collect()
    }

    /// Every field but secrets (passwords, token keys) as JSON, for the change log.
    pub fn to_logged(&self) -> JsonMap {
        self.cells()
            .filter(|(field, _)| !field.is_secret())
            .map(|(field, value)| (field.name.clone(), value.to_json()))
            .collect()
    }

    /// The visible fields with `collectionId` and `collectionName`, as clients see a record.
    ///
    /// Hidden fields are left out, so is `email` where it is not shown; of secrets an empty text
    /// at most is left.
    pub fn to_public(&self, audience: Audience) -> JsonMap {
        let mut map = JsonMap::new();
        map.insert("collectionId".to_owned(), Json::from(self.collection.id.as_str()));
        map.insert("collectionName".to_owned(), Json::from(self.collection.name.as_str()));
        for (field, value) in self.cells() {
            let is_blanked = field.is_blanked(&self.collection);
            let shown = match audience {
                Audience::Everyone => {
                    !(field.hidden || field.name == "email" && self.hides_address())
                }
                Audience::Owner => !field.hidden,
                Audience::Superuser => true,
            };
            if !shown || (field.is_secret() && !is_blanked) {
                continue;
            }
            let value = if is_blanked { Json::from("") } else { value.to_json() };
            map.insert(field.name.clone(), value);
        }
        map
    }

    /// Whether the address is for the owner and for managers alone.
    pub fn hides_address(&self) -> bool {
        self.collection.is_auth() && !self.flag("emailVisibility")
    }
}

/// Who a record is shown to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Anybody who may view the record.
    Everyone,
    /// The auth record itself, or whoever may manage it: its e-mail address is shown.
    Owner,
    /// A superuser: hidden fields are shown too, secrets never.
    Superuser,
}
