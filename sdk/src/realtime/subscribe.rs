//! Asking for a subscription.

use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;

use serde::de::DeserializeOwned;
use tokio::sync::{mpsc, oneshot};

use super::frame::SnapshotAsk;
use super::roster::Ask;
use super::{Command, Subscription};
use crate::client::Client;
use crate::error::{RealtimeError, Result};
use crate::filter::Filter;

/// A subscription that has not been made yet. Awaiting it waits for the server's consent.
#[must_use = "a subscription is only made when it is awaited"]
pub struct Subscribe<T> {
    client: Client,
    ask: Ask,
    filter: Option<Filter>,
    reads: PhantomData<fn() -> T>,
}

impl<T> Subscribe<T> {
    pub(crate) fn new(client: Client, topic: String) -> Self {
        let ask = Ask { topic, ..Ask::default() };
        Self { client, ask, filter: None, reads: PhantomData }
    }

    /// Only records that match. A change that moves a record in or out is told as
    /// [`Event::Entered`](super::Event::Entered) and [`Event::Left`](super::Event::Left).
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filter = Some(match self.filter {
            Some(present) => present.and(filter),
            None => filter,
        });
        self
    }

    /// Puts related records into the events' records.
    pub fn expand(mut self, relations: impl Into<String>) -> Self {
        self.ask.expand = Some(relations.into());
        self
    }

    /// Leaves out of the events' records what is not named here.
    pub fn fields(mut self, names: impl Into<String>) -> Self {
        self.ask.fields = Some(names.into());
        self
    }

    /// Starts after an earlier event: first what was missed since, then what happens.
    pub fn since(mut self, cursor: impl Into<String>) -> Self {
        self.ask.since = Some(cursor.into());
        self
    }

    /// Starts with the present records, as the first event, with neither gap nor overlap to what
    /// follows.
    pub fn snapshot(mut self, sort: impl Into<String>, limit: u32) -> Self {
        self.ask.snapshot = Some(SnapshotAsk { sort: sort.into(), limit });
        self
    }

    async fn open(self) -> Result<Subscription<T>> {
        let Self { client, mut ask, filter, .. } = self;
        ask.filter = filter.map(|filter| filter.text().map(str::to_owned)).transpose()?;
        let realtime = client.realtime();
        let commands = realtime.commands();
        let key = realtime.next_key();
        let (outlet, events) = mpsc::channel(realtime.timings.queue.max(1));
        let (opened, answer) = oneshot::channel();
        let closed = |_| RealtimeError::Closed;
        commands
            .send(Command::Open { key, ask, outlet, opened })
            .map_err(|_| RealtimeError::Closed)?;
        // Made before the answer is awaited: if that is given up, its drop takes the request back.
        let mut subscription = Subscription::new(key, commands, events);
        subscription.start_at(answer.await.map_err(closed)??);
        Ok(subscription)
    }
}

impl<T: DeserializeOwned + 'static> IntoFuture for Subscribe<T> {
    type Output = Result<Subscription<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.open())
    }
}
