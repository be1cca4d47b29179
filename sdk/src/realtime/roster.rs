//! What is subscribed and how far each subscription has come. No I/O: frames go in, and frames to
//! be sent come out.

mod entry;
mod outbox;

use std::collections::{BTreeMap, HashMap};

use tokio::sync::{mpsc, oneshot};

use super::Opened;
use super::event::RawEvent;
use super::frame::ServerFrame;
use crate::error::RealtimeError;

use entry::{Delivery, Entry};
use outbox::{Outbox, Request};

pub(super) use entry::Ask;

/// Where a subscription's events go.
pub(super) type Outlet = mpsc::Sender<Result<RawEvent, RealtimeError>>;

/// All subscriptions of a client.
#[derive(Default)]
pub(super) struct Roster {
    entries: BTreeMap<u64, Entry>,
    /// Which subscription a name on the wire stands for. Each subscribe frame uses a new name, so
    /// that late events of an earlier one are recognised and dropped.
    names: HashMap<String, u64>,
    outbox: Outbox,
    /// Subscriptions whose reader is too slow, to be resumed when it has caught up.
    stalled: Vec<(u64, Outlet)>,
}

/// What a frame means for the connection as a whole.
#[derive(Debug)]
pub(super) enum Verdict {
    Continue,
    /// A subscription was agreed to: the server works.
    Working,
    /// The server does not accept who we are.
    AuthRefused(RealtimeError),
    /// The server can't go on with a subscription at the moment.
    TryLater(RealtimeError),
}

/// Whether a refusal says nothing about the subscription itself.
fn is_passing(error: &RealtimeError) -> bool {
    matches!(error, RealtimeError::Refused { code, .. } if matches!(code.as_str(), "busy" | "internal" | "too_many"))
}

impl Roster {
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn open(
        &mut self,
        key: u64,
        ask: Ask,
        outlet: Outlet,
        opened: oneshot::Sender<Opened>,
    ) {
        self.entries.insert(key, Entry::new(ask, outlet, opened));
    }

    pub(super) fn close(&mut self, key: u64) {
        if let Some(entry) = self.entries.remove(&key) {
            self.retire(entry.name);
        }
    }

    /// Forgets what belonged to the last connection.
    pub(super) fn connected(&mut self) {
        self.names.clear();
        self.outbox.clear();
        self.stalled.clear();
        for entry in self.entries.values_mut() {
            entry.name = None;
        }
    }

    pub(super) fn authenticate(&mut self, token: Option<&str>) {
        self.outbox.authenticate(token);
    }

    /// Subscribes everything that isn't.
    pub(super) fn subscribe_all(&mut self) {
        let waiting: Vec<u64> = self
            .entries
            .iter()
            .filter(|(_, entry)| entry.name.is_none())
            .map(|(key, _)| *key)
            .collect();
        for key in waiting {
            self.subscribe(key);
        }
    }

    /// Subscribes one that isn't, after its last cursor.
    pub(super) fn subscribe(&mut self, key: u64) {
        let Some(entry) = self.entries.get_mut(&key).filter(|entry| entry.name.is_none()) else {
            return;
        };
        let name = self.outbox.subscribe(key, entry);
        self.names.insert(name.clone(), key);
        entry.name = Some(name);
    }

    pub(super) fn take_frames(&mut self) -> Vec<String> {
        self.outbox.take()
    }

    pub(super) fn take_stalled(&mut self) -> Vec<(u64, Outlet)> {
        std::mem::take(&mut self.stalled)
    }

    /// Ends those that were never agreed to, unless another one shows that the server is only away
    /// for the moment.
    pub(super) fn fail_unopened(&mut self, error: &RealtimeError) {
        if self.entries.values().any(|entry| !entry.is_unopened()) {
            return;
        }
        for (_, entry) in self.entries.extract_if(.., |_, entry| entry.is_unopened()) {
            entry.fail(error.clone());
        }
    }

    pub(super) fn fail_all(&mut self, error: &RealtimeError) {
        for (_, entry) in std::mem::take(&mut self.entries) {
            entry.fail(error.clone());
        }
    }

    pub(super) fn receive(&mut self, frame: ServerFrame) -> Verdict {
        match frame {
            ServerFrame::Ok { id, cursor } => return self.agreed(&id, cursor),
            ServerFrame::Error { id, code, message } => {
                return self.refused(id.as_deref(), RealtimeError::Refused { code, message });
            }
            ServerFrame::Event { sub, action, record, cursor } => {
                self.deliver(&sub, RawEvent::Change { action, record, cursor });
            }
            ServerFrame::Snapshot { sub, records, cursor } => {
                self.deliver(&sub, RawEvent::Snapshot { records, cursor });
            }
            ServerFrame::Reset { sub, reason } => self.restart(&sub, |entry| entry.reset(reason)),
            ServerFrame::Lagged { sub, cursor } => {
                self.restart(&sub, |entry| entry.fall_back_to(cursor))
            }
            ServerFrame::Ready | ServerFrame::Other => {}
        }
        Verdict::Continue
    }

    fn agreed(&mut self, id: &str, cursor: Option<String>) -> Verdict {
        let Some(Request::Subscribe { key, name }) = self.outbox.answered(id) else {
            return Verdict::Continue;
        };
        let current = self.entries.get_mut(&key).filter(|entry| entry.name.as_ref() == Some(&name));
        if current.map(|entry| entry.agreed(cursor)) == Some(Delivery::Full) {
            self.stall(key);
        }
        Verdict::Working
    }

    fn refused(&mut self, id: Option<&str>, error: RealtimeError) -> Verdict {
        match id.and_then(|id| self.outbox.answered(id)) {
            Some(Request::Auth) => return Verdict::AuthRefused(error),
            Some(Request::Subscribe { key, name }) => {
                let current =
                    self.entries.get(&key).filter(|entry| entry.name.as_ref() == Some(&name));
                let Some(entry) = current else { return Verdict::Continue };
                if !entry.is_unopened() && is_passing(&error) {
                    return Verdict::TryLater(error);
                }
                self.names.remove(&name);
                if let Some(entry) = self.entries.remove(&key) {
                    entry.fail(error);
                }
            }
            // The server may have dropped the subscription by itself before.
            Some(Request::Unsubscribe) => {}
            None => tracing::warn!(error = %error, "the server objects to a frame"),
        }
        Verdict::Continue
    }

    fn deliver(&mut self, name: &str, event: RawEvent) {
        let Some(key) = self.names.get(name).copied() else { return };
        let Some(entry) = self.entries.get_mut(&key) else { return };
        if entry.deliver(event) == Delivery::Full {
            self.stall(key);
        }
    }

    /// Stops a subscription until its reader has caught up. Nothing is lost: it will be resumed
    /// after the last event that was queued.
    fn stall(&mut self, key: u64) {
        let Some(entry) = self.entries.get_mut(&key) else { return };
        let name = entry.name.take();
        self.stalled.push((key, entry.outlet.clone()));
        self.retire(name);
    }

    /// Subscribes anew after a change to where the subscription stands.
    fn restart(&mut self, name: &str, change: impl FnOnce(&mut Entry)) {
        let Some(key) = self.names.get(name).copied() else { return };
        let Some(entry) = self.entries.get_mut(&key) else { return };
        change(entry);
        let name = entry.name.take();
        self.retire(name);
        self.subscribe(key);
    }

    fn retire(&mut self, name: Option<String>) {
        if let Some(name) = name {
            self.names.remove(&name);
            self.outbox.unsubscribe(&name);
        }
    }
}
