//! The reader's end of a subscription.

use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_util::Stream;
use serde::de::DeserializeOwned;
use tokio::sync::mpsc;

use super::event::RawEvent;
use super::{Command, Event};
use crate::error::{RealtimeError, Result};

/// A running subscription: a stream of events, each once and in the order in which they happened.
///
/// It survives lost connections. An `Err` that is a [`Realtime`](crate::Error::Realtime) error is
/// its last item; after a `Decode` error it goes on. Dropping it unsubscribes.
pub struct Subscription<T> {
    key: u64,
    commands: mpsc::UnboundedSender<Command>,
    events: mpsc::Receiver<Result<RawEvent, RealtimeError>>,
    cursor: Option<String>,
    reads: PhantomData<fn() -> T>,
}

impl<T> Subscription<T> {
    pub(super) const fn new(
        key: u64,
        commands: mpsc::UnboundedSender<Command>,
        events: mpsc::Receiver<Result<RawEvent, RealtimeError>>,
    ) -> Self {
        Self { key, commands, events, cursor: None, reads: PhantomData }
    }

    pub(super) fn start_at(&mut self, cursor: Option<String>) {
        self.cursor = cursor;
    }

    /// Where the subscription stands: after the event that was read last, or at its start. A
    /// program that keeps it can go on there after a restart, with
    /// [`since`](super::Subscribe::since).
    #[must_use]
    pub fn cursor(&self) -> Option<&str> {
        self.cursor.as_deref()
    }
}

impl<T: DeserializeOwned> Subscription<T> {
    /// The next event; `None` after the end.
    pub async fn next(&mut self) -> Option<Result<Event<T>>> {
        poll_fn(|context| self.poll_event(context)).await
    }

    fn poll_event(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Event<T>>>> {
        self.events.poll_recv(context).map(|item| {
            Some(match item? {
                Ok(event) => {
                    if let Some(cursor) = event.cursor() {
                        self.cursor = Some(cursor.to_owned());
                    }
                    event.read()
                }
                Err(error) => Err(error.into()),
            })
        })
    }
}

impl<T: DeserializeOwned> Stream for Subscription<T> {
    type Item = Result<Event<T>>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.get_mut().poll_event(context)
    }
}

impl<T> Drop for Subscription<T> {
    fn drop(&mut self) {
        // A task that is gone has nothing to unsubscribe.
        let _ = self.commands.send(Command::Close { key: self.key });
    }
}
