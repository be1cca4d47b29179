//! Who is connected, and who subscribed to what.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use super::{
    client::{Client, Delivery, Outgoing},
    cursor::Cursor,
    question::Question,
};

/// Most connections of one node; each holds a queue.
const MAX_CLIENTS: usize = 50_000;
/// Most subscriptions of one connection.
pub const MAX_SUBSCRIPTIONS: usize = 1_000;

/// Who is connected, and who subscribed to what.
pub struct Hub {
    epoch: String,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    clients: HashMap<String, Arc<Client>>,
    by_collection: HashMap<String, Vec<Arc<Entry>>>,
    position: i64,
}

/// One subscription of one client.
pub(super) struct Entry {
    pub(super) client: Arc<Client>,
    pub(super) question: Question,
}

impl Hub {
    /// An empty hub that has seen the change log up to a position.
    pub fn new(epoch: String, position: i64) -> Self {
        Self { epoch, state: Mutex::new(State { position, ..State::default() }) }
    }

    /// Names the change log's life; part of every cursor.
    pub fn epoch(&self) -> &str {
        &self.epoch
    }

    /// Takes a client in; false when there are too many.
    pub fn connect(&self, client: &Arc<Client>) -> bool {
        let mut state = self.lock();
        if state.clients.len() >= MAX_CLIENTS {
            return false;
        }
        state.clients.insert(client.id.clone(), Arc::clone(client));
        true
    }

    /// Lets a client go with all it subscribed to.
    pub fn disconnect(&self, client_id: &str) {
        let mut state = self.lock();
        state.clients.remove(client_id);
        state.retain(|entry| entry.client.id != client_id);
    }

    /// A connected client by id.
    pub fn client(&self, id: &str) -> Option<Arc<Client>> {
        self.lock().clients.get(id).cloned()
    }

    /// Number of connected clients.
    pub fn connected(&self) -> usize {
        self.lock().clients.len()
    }

    /// Ends a subscription.
    pub fn unsubscribe(&self, client_id: &str, sub: &str) {
        self.lock().retain(|entry| entry.client.id != client_id || entry.question.sub != sub);
    }

    /// Ends every subscription of a client.
    pub fn unsubscribe_all(&self, client_id: &str) {
        self.lock().retain(|entry| entry.client.id != client_id);
    }

    /// Names of a client's subscriptions.
    pub fn subscriptions(&self, client_id: &str) -> Vec<String> {
        let state = self.lock();
        let own = state.by_collection.values().flatten().filter(|e| e.client.id == client_id);
        own.map(|entry| entry.question.sub.clone()).collect()
    }

    /// Tells every connection to close.
    pub fn close_all(&self, code: u16, reason: &'static str) {
        for client in self.lock().clients.values() {
            client.close(code, reason);
        }
    }

    /// Cuts off everybody who is signed in to a collection: it is gone, or its tokens are void.
    pub fn sign_out_all(&self, collection_id: &str) {
        for client in self.clients_in(collection_id) {
            client.sign_out();
        }
    }

    /// Connected clients that are some auth record of a collection.
    fn clients_in(&self, collection_id: &str) -> Vec<Arc<Client>> {
        let is_of = |client: &&Arc<Client>| {
            client.who().record().is_some_and(|record| record.collection().id == collection_id)
        };
        self.lock().clients.values().filter(is_of).cloned().collect()
    }

    /// Connected clients that are this auth record.
    pub(super) fn clients_of(&self, collection_id: &str, record_id: &str) -> Vec<Arc<Client>> {
        let is_same = |client: &&Arc<Client>| {
            client.who().record().is_some_and(|record| {
                record.id() == record_id && record.collection().id == collection_id
            })
        };
        self.lock().clients.values().filter(is_same).cloned().collect()
    }

    /// Moves on to a position and gives the subscriptions that its event concerns. Whoever
    /// subscribes later has seen this position.
    pub(super) fn advance(&self, position: i64, collection_id: &str) -> Vec<Arc<Entry>> {
        let mut state = self.lock();
        state.position = position;
        state.by_collection.get(collection_id).cloned().unwrap_or_default()
    }

    /// Moves on to a position at once if nobody is connected, and says whether it did.
    pub(super) fn skip_to(&self, position: i64) -> bool {
        let mut state = self.lock();
        let is_idle = state.clients.is_empty() && state.by_collection.is_empty();
        if is_idle {
            state.position = state.position.max(position);
        }
        is_idle
    }

    /// The position up to which events were handed out.
    pub(super) fn position(&self) -> i64 {
        self.lock().position
    }

    /// Adds subscriptions of a client if they have seen everything so far, and says whether it
    /// did. `announce` runs under the lock, before any event of theirs can be queued.
    pub(super) fn add(
        &self,
        client: &Client,
        entries: &[Arc<Entry>],
        seen: Option<i64>,
        announce: impl FnOnce(i64),
    ) -> bool {
        let mut state = self.lock();
        if seen.is_some_and(|seen| seen < state.position) {
            return false;
        }
        let position = state.position;
        let subs: HashSet<&str> = entries.iter().map(|entry| entry.question.sub.as_str()).collect();
        state.retain(|other| {
            other.client.id != client.id || !subs.contains(other.question.sub.as_str())
        });
        announce(position);
        for entry in entries {
            let collection = entry.question.collection_id.clone();
            state.by_collection.entry(collection).or_default().push(Arc::clone(entry));
        }
        true
    }

    /// Queues an event. A subscription whose client reads too slowly ends, and the client is
    /// told where to resume it.
    pub(super) fn deliver(&self, entry: &Arc<Entry>, position: i64, delivery: Delivery) {
        if entry.client.tell(Outgoing::Event(delivery)) {
            return;
        }
        let was_live = {
            let mut state = self.lock();
            let before = state.count(&entry.question.collection_id);
            state.retain(|other| !std::ptr::eq(other, entry.as_ref()));
            state.count(&entry.question.collection_id) < before
        };
        if !was_live {
            return;
        }
        // Everything before this position was queued; nothing after it will be.
        let cursor = Cursor { epoch: self.epoch.clone(), position: position - 1 }.to_string();
        let (client, sub) = (Arc::clone(&entry.client), entry.question.sub.clone());
        tokio::spawn(async move {
            client.tell_patiently(Outgoing::Lagged { sub, cursor }).await;
        });
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn count(&self, collection_id: &str) -> usize {
        self.by_collection.get(collection_id).map_or(0, Vec::len)
    }

    fn retain(&mut self, keep: impl Fn(&Entry) -> bool) {
        self.by_collection.retain(|_, entries| {
            entries.retain(|entry| keep(entry));
            !entries.is_empty()
        });
    }
}
