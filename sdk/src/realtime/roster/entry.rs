//! One subscription: what it asks for and how far it has come.

use std::collections::{HashSet, VecDeque};

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::oneshot;

use super::Outlet;
use crate::error::RealtimeError;
use crate::realtime::Opened;
use crate::realtime::event::RawEvent;
use crate::realtime::frame::{ClientFrame, SnapshotAsk};

/// How many events back a repeated one is recognised.
const REMEMBERED: usize = 4096;

/// What a subscription asks for.
#[derive(Debug, Clone, Default)]
pub(in crate::realtime) struct Ask {
    pub(in crate::realtime) topic: String,
    pub(in crate::realtime) filter: Option<String>,
    pub(in crate::realtime) expand: Option<String>,
    pub(in crate::realtime) fields: Option<String>,
    pub(in crate::realtime) since: Option<String>,
    pub(in crate::realtime) snapshot: Option<SnapshotAsk>,
}

/// What became of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Delivery {
    Done,
    /// The reader's queue is full; the event was not delivered.
    Full,
}

/// One subscription.
pub(super) struct Entry {
    ask: Ask,
    pub(super) outlet: Outlet,
    /// Its name on the present connection; none while it isn't subscribed.
    pub(super) name: Option<String>,
    opened: Option<oneshot::Sender<Opened>>,
    /// Everything up to here is in the reader's queue.
    cursor: Option<String>,
    is_snapshot_due: bool,
    /// A reset to be told once the subscription lives again, so that a list read then has no gap
    /// to the events that follow.
    untold_reset: Option<String>,
    recent: Recent,
}

impl Entry {
    pub(super) fn new(ask: Ask, outlet: Outlet, opened: oneshot::Sender<Opened>) -> Self {
        let cursor = ask.since.clone();
        let is_snapshot_due = ask.snapshot.is_some() && cursor.is_none();
        Self {
            ask,
            outlet,
            name: None,
            opened: Some(opened),
            cursor,
            is_snapshot_due,
            untold_reset: None,
            recent: Recent::default(),
        }
    }

    pub(super) fn frame<'a>(&'a self, id: &'a str, name: &'a str) -> ClientFrame<'a> {
        ClientFrame::Subscribe {
            id,
            sub: name,
            topic: &self.ask.topic,
            filter: self.ask.filter.as_deref(),
            expand: self.ask.expand.as_deref(),
            fields: self.ask.fields.as_deref(),
            since: self.cursor.as_deref(),
            snapshot: self.ask.snapshot.as_ref().filter(|_| self.is_snapshot_due),
        }
    }

    pub(super) const fn is_unopened(&self) -> bool {
        self.opened.is_some()
    }

    /// The server agreed. The cursor it gives is only taken when nothing older is to come: after
    /// `since` the missed events follow first.
    pub(super) fn agreed(&mut self, cursor: Option<String>) -> Delivery {
        if self.cursor.is_none() && !self.is_snapshot_due {
            self.cursor = cursor;
        }
        if let Some(opened) = self.opened.take() {
            // If the asker has gone, its drop closes the subscription.
            let _ = opened.send(Ok(self.cursor.clone()));
        }
        match self.untold_reset.clone() {
            Some(reason) => {
                let delivery = self.push(RawEvent::Reset { reason });
                if delivery == Delivery::Done {
                    self.untold_reset = None;
                }
                delivery
            }
            None => Delivery::Done,
        }
    }

    pub(super) fn deliver(&mut self, event: RawEvent) -> Delivery {
        let Some(cursor) = event.cursor().map(str::to_owned) else { return Delivery::Done };
        let is_snapshot = matches!(event, RawEvent::Snapshot { .. });
        if !is_snapshot && self.recent.contains(&cursor) {
            return Delivery::Done;
        }
        let delivery = self.push(event);
        if delivery == Delivery::Done {
            self.is_snapshot_due &= !is_snapshot;
            self.recent.insert(cursor.clone());
            self.cursor = Some(cursor);
        }
        delivery
    }

    /// The log does not reach back far enough: begin anew.
    pub(super) fn reset(&mut self, reason: String) {
        self.cursor = None;
        self.recent = Recent::default();
        self.is_snapshot_due = self.ask.snapshot.is_some();
        self.untold_reset = Some(reason);
    }

    /// The server left events out. Its cursor counts only if there is none of our own.
    pub(super) fn fall_back_to(&mut self, cursor: Option<String>) {
        if self.cursor.is_none() && !self.is_snapshot_due {
            self.cursor = cursor;
        }
    }

    /// Ends the subscription with an error.
    pub(super) fn fail(mut self, error: RealtimeError) {
        if let Some(opened) = self.opened.take() {
            let _ = opened.send(Err(error));
            return;
        }
        // The reader may be slow; the error waits for its turn behind the events.
        tokio::spawn(async move {
            let _ = self.outlet.send(Err(error)).await;
        });
    }

    fn push(&self, event: RawEvent) -> Delivery {
        match self.outlet.try_send(Ok(event)) {
            Err(TrySendError::Full(_)) => Delivery::Full,
            // A reader that has gone says so by itself.
            Ok(()) | Err(TrySendError::Closed(_)) => Delivery::Done,
        }
    }
}

/// The cursors of the last events.
#[derive(Default)]
struct Recent {
    order: VecDeque<String>,
    known: HashSet<String>,
}

impl Recent {
    fn contains(&self, cursor: &str) -> bool {
        self.known.contains(cursor)
    }

    fn insert(&mut self, cursor: String) {
        if self.known.insert(cursor.clone()) {
            self.order.push_back(cursor);
        }
        if self.order.len() > REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.known.remove(&oldest);
        }
    }
}
