//! Frames that wait to be sent, and which answer belongs to which.

use std::collections::HashMap;

use super::entry::Entry;
use crate::realtime::frame::ClientFrame;

/// What was asked under an id.
pub(super) enum Request {
    Auth,
    Subscribe { key: u64, name: String },
    Unsubscribe,
}

/// Frames to be sent, in order.
#[derive(Default)]
pub(super) struct Outbox {
    frames: Vec<String>,
    unanswered: HashMap<String, Request>,
    /// Never starts again, so an id or a name means the same on each connection.
    last_id: u64,
}

impl Outbox {
    pub(super) fn clear(&mut self) {
        self.frames.clear();
        self.unanswered.clear();
    }

    pub(super) fn take(&mut self) -> Vec<String> {
        std::mem::take(&mut self.frames)
    }

    pub(super) fn answered(&mut self, id: &str) -> Option<Request> {
        self.unanswered.remove(id)
    }

    pub(super) fn authenticate(&mut self, token: Option<&str>) {
        let id = self.next_id();
        self.push(&ClientFrame::Auth { id: &id, token });
        self.unanswered.insert(id, Request::Auth);
    }

    /// Gives the name under which the server will tell the events.
    pub(super) fn subscribe(&mut self, key: u64, entry: &Entry) -> String {
        let id = self.next_id();
        let name = format!("s{id}");
        self.push(&entry.frame(&id, &name));
        self.unanswered.insert(id, Request::Subscribe { key, name: name.clone() });
        name
    }

    pub(super) fn unsubscribe(&mut self, name: &str) {
        let id = self.next_id();
        self.push(&ClientFrame::Unsubscribe { id: &id, sub: name });
        self.unanswered.insert(id, Request::Unsubscribe);
    }

    fn next_id(&mut self) -> String {
        self.last_id += 1;
        self.last_id.to_string()
    }

    fn push(&mut self, frame: &ClientFrame<'_>) {
        match serde_json::to_string(frame) {
            Ok(text) => self.frames.push(text),
            Err(error) => tracing::error!(error = %error, "a frame could not be written"),
        }
    }
}
