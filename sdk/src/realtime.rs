//! Subscriptions over one websocket for each client.
//!
//! A task ([`driver`]) owns the connection. What is subscribed, and how far each subscription has
//! come, is kept apart from it ([`roster`]), so that a lost connection loses nothing: the next one
//! asks for everything after the last cursor.

mod driver;
mod event;
mod frame;
mod link;
mod roster;
mod subscribe;
mod subscription;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use crate::client::Client;
use crate::error::RealtimeError;
use crate::tls::Tls;
use crate::transport::Transport;

use driver::Driver;
use roster::Ask;

pub use event::{Action, Event};
pub use subscribe::Subscribe;
pub use subscription::Subscription;

/// Pauses and limits of the realtime connection.
#[derive(Debug, Clone, Copy)]
pub struct RealtimeTimings {
    /// How long the server may be silent before the connection counts as dead. It sends a ping
    /// every 25 seconds.
    pub silence: Duration,
    /// How long making a connection may take.
    pub connect: Duration,
    /// Pause before the second attempt to connect; it doubles each time.
    pub first_pause: Duration,
    /// The longest such pause.
    pub longest_pause: Duration,
    /// How many events wait for a slow reader. When it is full the subscription is paused and
    /// later goes on where it stopped.
    pub queue: usize,
}

impl Default for RealtimeTimings {
    fn default() -> Self {
        Self {
            silence: Duration::from_secs(60),
            connect: Duration::from_secs(15),
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(30),
            queue: 1024,
        }
    }
}

/// The part of a client that starts the task and speaks to it.
pub(crate) struct Realtime {
    transport: Arc<Transport>,
    tls: Tls,
    timings: RealtimeTimings,
    commands: Mutex<Option<mpsc::UnboundedSender<Command>>>,
    keys: AtomicU64,
}

/// What the rest of the program tells the task.
enum Command {
    Open {
        key: u64,
        ask: Ask,
        outlet: roster::Outlet,
        opened: oneshot::Sender<Opened>,
    },
    Close {
        key: u64,
    },
    /// The reader of a paused subscription has caught up.
    Resume {
        key: u64,
    },
    Reconnect,
}

/// The first answer to a subscription: the cursor from which on it will tell everything.
type Opened = Result<Option<String>, RealtimeError>;

impl Realtime {
    pub(crate) fn new(transport: Arc<Transport>, tls: Tls, timings: RealtimeTimings) -> Self {
        Self { transport, tls, timings, commands: Mutex::new(None), keys: AtomicU64::new(1) }
    }

    /// The way to the task, which is started when there is none. It ends when the client and all
    /// subscriptions are gone.
    fn commands(&self) -> mpsc::UnboundedSender<Command> {
        let mut present = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = present.as_ref().filter(|sender| !sender.is_closed()) {
            return sender.clone();
        }
        let (sender, receiver) = mpsc::unbounded_channel();
        let driver = Driver::new(
            Arc::clone(&self.transport),
            self.tls.clone(),
            self.timings,
            receiver,
            sender.downgrade(),
        );
        tokio::spawn(driver.run());
        *present = Some(sender.clone());
        sender
    }

    fn next_key(&self) -> u64 {
        self.keys.fetch_add(1, Ordering::Relaxed)
    }
}

impl Client {
    /// Cuts the realtime connection, if there is one, and makes a new one. Subscriptions go on
    /// without loss. Useful when the program knows better that the network has changed.
    pub fn reconnect(&self) {
        let present = self.realtime().commands.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = present.as_ref() {
            // A task that is gone has no connection to cut.
            let _ = sender.send(Command::Reconnect);
        }
    }
}
