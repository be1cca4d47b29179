//! Which backend answers. It can be taken away and another one put in its place while the server
//! runs: the socket stays open, connections stay, and requests wait for the next one.

use std::{sync::Arc, time::Duration};

use tokio::{sync::watch, time::timeout};
use tokio_util::task::{TaskTracker, task_tracker::TaskTrackerToken};
use underpin_domain::Backend;

/// How long a request waits for the next backend before it is turned away.
const PATIENCE: Duration = Duration::from_secs(5);

/// Which backend answers.
pub(crate) struct Stage(watch::Sender<Option<Act>>);

/// A backend that answers, and the requests that it answers at this moment.
#[derive(Clone)]
pub(crate) struct Act {
    pub(crate) backend: Arc<Backend>,
    requests: TaskTracker,
}

/// A request's hold on the backend that answers it.
pub(crate) struct Seat {
    pub(crate) backend: Arc<Backend>,
    _token: TaskTrackerToken,
}

impl Stage {
    pub(crate) fn new(backend: Arc<Backend>) -> Self {
        Self(watch::Sender::new(Some(Act::of(backend))))
    }

    /// Puts a backend in place.
    pub(crate) fn enter(&self, backend: Arc<Backend>) {
        self.0.send_replace(Some(Act::of(backend)));
    }

    /// The backend that answers, if there is one.
    pub(crate) fn backend(&self) -> Option<Arc<Backend>> {
        self.0.borrow().as_ref().map(|act| Arc::clone(&act.backend))
    }

    /// Takes the backend away: no further request gets to it.
    pub(crate) fn clear(&self) -> Option<Act> {
        self.0.send_replace(None)
    }

    /// A hold on the backend that answers; nothing when there is none for too long.
    pub(crate) async fn seat(&self) -> Option<Seat> {
        if let Some(seat) = self.free_seat() {
            return Some(seat);
        }
        let mut changes = self.0.subscribe();
        let next = async {
            loop {
                // Looked at behind the subscription: nothing is missed.
                if let Some(seat) = self.free_seat() {
                    return Some(seat);
                }
                changes.changed().await.ok()?;
            }
        };
        timeout(PATIENCE, next).await.ok().flatten()
    }

    /// Taken while the backend can't be taken away: who takes it away sees every seat.
    fn free_seat(&self) -> Option<Seat> {
        let act = self.0.borrow();
        let act = act.as_ref()?;
        Some(Seat { backend: Arc::clone(&act.backend), _token: act.requests.token() })
    }
}

impl Act {
    fn of(backend: Arc<Backend>) -> Self {
        Self { backend, requests: TaskTracker::new() }
    }

    /// Waits until its requests are answered, for some time.
    pub(crate) async fn drained(&self, patience: Duration) {
        self.requests.close();
        if timeout(patience, self.requests.wait()).await.is_err() {
            tracing::warn!(requests = self.requests.len(), "requests are cut off");
        }
    }
}
