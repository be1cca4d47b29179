//! The schema as it will be: a copy of the snapshot in which collections are put, one by one.

use std::sync::Arc;

use underpin_model::{Collection, Principal};
use underpin_query::{Condition, SchemaLookup};

use super::registry::Snapshot;

/// The schema as it will be, beside the one that is.
pub(super) struct Next {
    before: Arc<Snapshot>,
    collections: Vec<Arc<Collection>>,
}

impl Next {
    /// Nothing changed yet.
    pub(super) fn of(before: Arc<Snapshot>) -> Self {
        let collections = before.collections().to_vec();
        Self { before, collections }
    }

    /// The schema that is.
    pub(super) fn before(&self) -> &Arc<Snapshot> {
        &self.before
    }

    /// Every collection, oldest first.
    pub(super) fn collections(&self) -> &[Arc<Collection>] {
        &self.collections
    }

    /// A collection by its id.
    pub(super) fn by_id(&self, id: &str) -> Option<&Arc<Collection>> {
        self.collections.iter().find(|collection| collection.id == id)
    }

    /// A collection by its name; ASCII case does not matter.
    pub(super) fn by_name(&self, name: &str) -> Option<&Arc<Collection>> {
        let named = |collection: &&Arc<Collection>| collection.name.eq_ignore_ascii_case(name);
        self.collections.iter().find(named)
    }

    /// A collection as it is, by its id.
    pub(super) fn old(&self, id: &str) -> Option<&Arc<Collection>> {
        self.before.collections().iter().find(|collection| collection.id == id)
    }

    /// Puts a collection in the place of the one with its id, or at the end.
    pub(super) fn put(&mut self, collection: Collection) {
        let collection = Arc::new(collection);
        match self.collections.iter_mut().find(|other| other.id == collection.id) {
            Some(slot) => *slot = collection,
            None => self.collections.push(collection),
        }
    }

    /// Takes a collection out.
    pub(super) fn remove(&mut self, id: &str) {
        self.collections.retain(|collection| collection.id != id);
    }

    /// Collections that are new or not what they were, each with what it was.
    pub(super) fn changed(&self) -> Vec<(Option<Arc<Collection>>, Arc<Collection>)> {
        let pairs =
            self.collections.iter().map(|new| (self.old(&new.id).cloned(), Arc::clone(new)));
        pairs.filter(|(old, new)| old.as_ref().is_none_or(|old| !Arc::ptr_eq(old, new))).collect()
    }

    /// Collections that will be gone.
    pub(super) fn removed(&self) -> Vec<Arc<Collection>> {
        let gone = |old: &&Arc<Collection>| self.by_id(&old.id).is_none();
        self.before.collections().iter().filter(gone).cloned().collect()
    }
}

impl SchemaLookup for Next {
    fn collection(&self, name_or_id: &str) -> Option<Arc<Collection>> {
        self.by_id(name_or_id).or_else(|| self.by_name(name_or_id)).cloned()
    }

    fn list_condition(&self, _: &Principal, _: &Arc<Collection>) -> Condition {
        Condition::Always
    }
}
