//! The schema in memory: one immutable snapshot, swapped whole.

use std::{
    collections::HashMap,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, Instant},
};

use arc_swap::ArcSwap;
use tokio::sync::{Mutex, MutexGuard};
use underpin_access::{Action, List, Manage, PolicySet, authorize};
use underpin_model::{Collection, DomainError, DomainResult, Principal};
use underpin_query::{Condition, Projection, SchemaLookup};
use underpin_storage::{KeyedRead, Transaction, Versioned};

/// Every collection and policy at one moment. A request works on one snapshot from start to end.
pub struct Snapshot {
    /// Grows with each change of schema or policy; the database has it too.
    pub version: i64,
    /// What the policies decide.
    pub policies: Arc<PolicySet>,
    collections: Vec<Arc<Collection>>,
    by_name: HashMap<String, usize>,
    by_id: HashMap<String, usize>,
    /// Reads by id that were planned on this snapshot.
    reads: RwLock<HashMap<(String, Projection), KeyedRead>>,
}

impl Snapshot {
    /// A snapshot of these collections, in the order of their making.
    pub fn new(version: i64, collections: Vec<Arc<Collection>>, policies: Arc<PolicySet>) -> Self {
        let index = |key: fn(&Collection) -> &str| {
            let keyed = |(place, c): (usize, &Arc<Collection>)| (key(c).to_lowercase(), place);
            collections.iter().enumerate().map(keyed).collect()
        };
        let by_name = index(|collection| &collection.name);
        let by_id = collections.iter().enumerate().map(|(n, c)| (c.id.clone(), n)).collect();
        Self { version, policies, collections, by_name, by_id, reads: RwLock::default() }
    }

    /// Every collection, oldest first.
    pub fn collections(&self) -> &[Arc<Collection>] {
        &self.collections
    }

    /// A read by id that was planned before.
    pub(crate) fn keyed_read(&self, key: &(String, Projection)) -> Option<KeyedRead> {
        self.reads.read().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Keeps a planned read for the next time.
    pub(crate) fn keep_read(&self, key: (String, Projection), read: KeyedRead) {
        self.reads.write().unwrap_or_else(PoisonError::into_inner).insert(key, read);
    }

    /// A collection by id or name; names ignore ASCII case.
    pub fn find(&self, id_or_name: &str) -> Option<&Arc<Collection>> {
        let place = self
            .by_id
            .get(id_or_name)
            .or_else(|| self.by_name.get(id_or_name))
            .or_else(|| self.by_name.get(&id_or_name.to_lowercase()))?;
        self.collections.get(*place)
    }
}

impl SchemaLookup for Snapshot {
    fn collection(&self, name_or_id: &str) -> Option<Arc<Collection>> {
        self.find(name_or_id).cloned()
    }

    fn list_condition(&self, who: &Principal, collection: &Arc<Collection>) -> Condition {
        condition_of::<List>(self, who, collection)
    }

    fn manage_condition(&self, who: &Principal, collection: &Arc<Collection>) -> Condition {
        condition_of::<Manage>(self, who, collection)
    }
}

/// What it takes to do something with records of a collection.
fn condition_of<A: Action>(
    snapshot: &Snapshot,
    who: &Principal,
    collection: &Arc<Collection>,
) -> Condition {
    match authorize::<A>(&snapshot.policies, who, collection) {
        Ok(grant) => grant.condition().clone(),
        Err(_) => Condition::Never,
    }
}

/// Holds the current snapshot and lets one schema change at a time through.
pub struct Registry {
    current: ArcSwap<Snapshot>,
    /// The version that the database has; ahead of the snapshot's while a change is being
    /// published. Writes planned for an older version are turned away (see [`Self::check`]).
    stored_version: AtomicI64,
    changing: Mutex<()>,
    /// The last moment at which the database had no newer schema than this node.
    confirmed: RwLock<Instant>,
}

impl Registry {
    /// A registry that starts with this snapshot.
    pub fn new(snapshot: Snapshot) -> Self {
        Self {
            stored_version: AtomicI64::new(snapshot.version),
            current: ArcSwap::from_pointee(snapshot),
            changing: Mutex::new(()),
            confirmed: RwLock::new(Instant::now()),
        }
    }

    /// The snapshot of this moment.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.current.load_full()
    }

    /// Waits for the right to change the schema.
    pub(crate) async fn begin_change(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().await
    }

    /// Called inside the schema's write: from now on, writes planned on older versions fail.
    pub(crate) fn announce(&self, version: i64) {
        self.stored_version.fetch_max(version, Ordering::AcqRel);
    }

    /// Publishes a snapshot, unless there is a newer one.
    pub(crate) fn publish(&self, snapshot: Snapshot) {
        self.stored_version.fetch_max(snapshot.version, Ordering::AcqRel);
        let snapshot = Arc::new(snapshot);
        self.current.rcu(|current| {
            let is_newer = snapshot.version > current.version;
            Arc::clone(if is_newer { &snapshot } else { current })
        });
    }

    /// Notes that at this moment the database had no newer schema.
    pub(crate) fn confirm(&self, moment: Instant) {
        let mut confirmed = self.confirmed.write().unwrap_or_else(PoisonError::into_inner);
        *confirmed = (*confirmed).max(moment);
    }

    /// Whether that was noted within so long.
    pub(crate) fn is_confirmed_within(&self, age: Duration) -> bool {
        self.confirmed.read().unwrap_or_else(PoisonError::into_inner).elapsed() <= age
    }

    /// Takes an announcement back after a failed change.
    pub(crate) fn withdraw(&self) {
        self.stored_version.store(self.current.load().version, Ordering::Release);
    }

    /// Whether a write planned on this version may still run: what the database has is the truth,
    /// whichever node changed it. Called inside writes.
    ///
    /// # Errors
    /// [`DomainError::Busy`] when the schema has changed since; the caller plans again.
    pub async fn check(&self, tx: &mut Transaction, version: i64) -> DomainResult<()> {
        let is_current = self.stored_version.load(Ordering::Acquire) == version
            && tx.version(Versioned::Schema).await? == version;
        if is_current { Ok(()) } else { Err(DomainError::Busy) }
    }
}
