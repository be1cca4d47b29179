//! What the tests of this crate are made of.

use std::sync::Arc;

use tokio::runtime::Builder;
use underpin_model::{
    Collection, CollectionKind, Field, FieldOptions, Principal, Record, Rules, Value,
};

use crate::{Policy, PolicySet, RoleLink};

/// A collection of this kind with the text fields `id`, `author` and `state`.
pub(crate) fn collection(kind: CollectionKind, id: &str) -> Arc<Collection> {
    let text = |name: &str| Field::new(name, FieldOptions::Text(Default::default()));
    Arc::new(Collection {
        id: id.to_owned(),
        name: format!("named_{id}"),
        kind,
        system: false,
        fields: ["id", "author", "state"].map(text).to_vec(),
        indexes: Vec::new(),
        rules: Rules::default(),
        auth: None,
        view_query: None,
        created: String::new(),
        updated: String::new(),
    })
}

/// A record with these values.
pub(crate) fn record(collection: &Arc<Collection>, cells: &[(&str, &str)]) -> Arc<Record> {
    let mut record = Record::empty(collection);
    for (field, text) in cells {
        record.set(field, Value::Text((*text).to_owned()));
    }
    Arc::new(record)
}

/// A signed-in record of a collection with this id.
pub(crate) fn user(collection_id: &str, id: &str) -> Principal {
    let collection = collection(CollectionKind::Auth, collection_id);
    Principal::User(record(&collection, &[("id", id), ("state", "active")]))
}

/// Runs what casbin made async; it never waits for anything.
pub(crate) fn now<T>(work: impl Future<Output = T>) -> T {
    Builder::new_current_thread().build().unwrap().block_on(work)
}

/// A set of these rows.
pub(crate) fn policy_set(policies: Vec<Policy>, role_links: Vec<RoleLink>) -> Arc<PolicySet> {
    now(PolicySet::build(policies, role_links)).unwrap()
}
