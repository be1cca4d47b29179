//! Password fields beside the account's own password: checked in clear, kept as a hash, never
//! shown.

use underpin_model::{Collection, ErrorTree, Field, FieldOptions, JsonMap, Record, Value};

use super::{auth_fields::PASSWORD, fill::Hand, password_desk::PasswordDesk};

/// What was submitted, and by whom: hidden fields are for trusted hands.
#[derive(Clone, Copy)]
pub(super) struct Sent<'a> {
    pub(super) collection: &'a Collection,
    pub(super) body: &'a JsonMap,
    pub(super) hand: Hand,
}

impl Sent<'_> {
    /// Adds the refusals of submitted values. A new record needs every required one; a change
    /// leaves those alone that it does not name.
    pub(super) fn check(self, is_new: bool, errors: &mut ErrorTree) {
        for field in fields(self.collection) {
            let value = match self.value(field) {
                Some(value) => value,
                None if is_new => Value::Text(String::new()),
                None => continue,
            };
            if let Err(error) = field.validate(&value) {
                errors.put(&field.name, error);
            }
        }
    }

    /// A new record as create rules see it: of a password, only whether there is one.
    pub(super) fn judged(self, record: &Record) -> Record {
        let mut judged = record.clone();
        let is_password = |field: &&Field| matches!(field.options, FieldOptions::Password(_));
        for field in self.collection.fields.iter().filter(is_password) {
            if self.value(field).is_some_and(|value| !field.is_unset(&value)) {
                judged.set(&field.name, Value::Text(HIDDEN.to_owned()));
            }
        }
        judged
    }

    /// The submitted values as hashes, by field.
    pub(super) fn hashes(self, place: usize, desk: &mut PasswordDesk) -> Vec<(String, Value)> {
        let mut hashes = Vec::new();
        for field in fields(self.collection) {
            let value = match self.value(field) {
                None => continue,
                Some(Value::Text(clear)) if !clear.is_empty() => {
                    Value::Text(desk.hash(place, &field.name, &clear))
                }
                Some(empty) => empty,
            };
            hashes.push((field.name.clone(), value));
        }
        hashes
    }

    fn value(self, field: &Field) -> Option<Value> {
        // The account's own password is hidden, and yet for its owner to set.
        let is_own = self.collection.is_auth() && field.name == PASSWORD;
        let dropped = field.hidden && self.hand == Hand::Client && !is_own;
        let sent = self.body.get(&field.name).filter(|_| !dropped)?;
        Some(field.normalise(sent))
    }
}

/// What stands for a password that is not hashed yet.
const HIDDEN: &str = "********";

fn fields(collection: &Collection) -> impl Iterator<Item = &Field> {
    let is_own = |field: &Field| !collection.is_auth() || field.name != PASSWORD;
    let is_password = |field: &Field| matches!(field.options, FieldOptions::Password(_));
    collection.fields.iter().filter(move |field| is_password(field) && is_own(field))
}
