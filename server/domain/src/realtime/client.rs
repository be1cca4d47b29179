//! A connected client: who it is, and the queue of what it is to be told.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::mpsc;
use underpin_model::Principal;

use super::cursor::Cursor;

/// Most frames that wait for a slow client; beyond it the client has lagged.
const QUEUE: usize = 1_024;

/// Close code of connections whose sign-in has ended.
const SIGNED_OUT: u16 = 4401;

/// A connected client.
pub struct Client {
    /// Unguessable id.
    pub id: String,
    who: RwLock<Standing>,
    queue: mpsc::Sender<Outgoing>,
    resume: Mutex<Option<Cursor>>,
}

#[derive(Clone)]
struct Standing {
    who: Principal,
    /// Second since 1970 at which the token ends.
    expires: Option<i64>,
}

/// What a connection is told.
#[derive(Debug)]
pub enum Outgoing {
    /// A frame that the connection itself has made.
    Frame(String),
    /// A subscription stands; events after the cursor follow.
    Subscribed {
        /// The id of the client's frame.
        request: String,
        /// The subscription's name.
        sub: String,
        /// Where it starts.
        cursor: String,
    },
    /// An event.
    Event(Delivery),
    /// The client read too slowly: this subscription has ended and can be resumed.
    Lagged {
        /// The subscription's name.
        sub: String,
        /// Where to resume.
        cursor: String,
    },
    /// The connection is to be closed.
    Close {
        /// Websocket close code.
        code: u16,
        /// Public reason.
        reason: &'static str,
    },
}

/// An event for one subscription. The record's text is shared by equal subscriptions.
#[derive(Clone, Debug)]
pub struct Delivery {
    /// The subscription's name.
    pub sub: String,
    /// What happened, as this subscriber sees it.
    pub action: EventAction,
    /// The record as JSON text.
    pub record: Arc<str>,
    /// The place after this event.
    pub cursor: Arc<str>,
}

/// What happened to a record, as one subscriber sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EventAction {
    /// It is new.
    Create,
    /// It changed.
    Update,
    /// It is gone.
    Delete,
    /// A change made it visible.
    Enter,
    /// A change made it invisible; only the id is told.
    Leave,
}

impl EventAction {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Enter => "enter",
            Self::Leave => "leave",
        }
    }
}

impl Client {
    /// A client with its queue's other end.
    pub fn new(id: String, who: Principal) -> (Arc<Self>, mpsc::Receiver<Outgoing>) {
        let (queue, receiver) = mpsc::channel(QUEUE);
        let who = RwLock::new(Standing { who, expires: None });
        (Arc::new(Self { id, who, queue, resume: Mutex::default() }), receiver)
    }

    /// Who the connection is at this moment.
    pub fn who(&self) -> Principal {
        self.who.read().unwrap_or_else(PoisonError::into_inner).who.clone()
    }

    /// Makes the connection somebody, until a second since 1970.
    pub fn set_who(&self, who: Principal, expires: Option<i64>) {
        *self.who.write().unwrap_or_else(PoisonError::into_inner) = Standing { who, expires };
    }

    /// Puts the fresh record of the same principal in place.
    pub(super) fn renew(&self, who: Principal) {
        self.who.write().unwrap_or_else(PoisonError::into_inner).who = who;
    }

    /// Whether the token has ended.
    pub fn has_expired(&self, now_seconds: i64) -> bool {
        let standing = self.who.read().unwrap_or_else(PoisonError::into_inner);
        standing.expires.is_some_and(|expires| expires <= now_seconds)
    }

    /// Queues something without waiting; false when the queue is full or gone.
    pub fn tell(&self, outgoing: Outgoing) -> bool {
        self.queue.try_send(outgoing).is_ok()
    }

    /// Queues something, waiting for room; false when the connection is gone.
    pub async fn tell_patiently(&self, outgoing: Outgoing) -> bool {
        self.queue.send(outgoing).await.is_ok()
    }

    /// Cuts the connection off: whoever it was is not signed in any more.
    pub(super) fn sign_out(self: &Arc<Self>) {
        self.set_who(Principal::Guest, None);
        self.close(SIGNED_OUT, "the sign-in has ended");
    }

    /// Has the connection closed; behind what is queued when the queue is full.
    pub(super) fn close(self: &Arc<Self>, code: u16, reason: &'static str) {
        if self.tell(Outgoing::Close { code, reason }) {
            return;
        }
        let client = Arc::clone(self);
        tokio::spawn(async move { client.tell_patiently(Outgoing::Close { code, reason }).await });
    }

    /// Notes where the client left off on an earlier connection.
    pub fn set_resume(&self, cursor: Option<Cursor>) {
        *self.resume.lock().unwrap_or_else(PoisonError::into_inner) = cursor;
    }

    /// Where the client left off; told once.
    pub fn take_resume(&self) -> Option<Cursor> {
        self.resume.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Waits for a place in the queue; nothing when the connection is gone.
    pub(super) async fn place(&self) -> Option<mpsc::OwnedPermit<Outgoing>> {
        self.queue.clone().reserve_owned().await.ok()
    }
}
