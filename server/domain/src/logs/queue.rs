//! The task that writes what has gathered in the queue.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::{mpsc, oneshot},
    time::{Instant, timeout_at},
};
use underpin_model::clock::Clock;
use underpin_storage::{LogDatabase, LogLimits, NewLog};

use super::{
    OWN_TARGET,
    desk::LogCaps,
    entry::{Level, entry},
};

/// How long an entry waits for others at most.
const GATHER: Duration = Duration::from_millis(500);
/// Most entries in one batch.
const BATCH: usize = 1_000;
/// Entries that are written between two looks at the size of the whole.
const BETWEEN_LOOKS: u64 = 50_000;
/// The least time between two complaints.
const QUIET: Duration = Duration::from_secs(60);

/// What the task is asked for.
pub(super) enum Order {
    Write(NewLog),
    /// Answered when everything before it is written.
    Flush(oneshot::Sender<()>),
}

/// The state of the task.
pub(super) struct Writer {
    pub(super) database: LogDatabase,
    pub(super) orders: mpsc::Receiver<Order>,
    pub(super) dropped: Arc<AtomicU64>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) caps: LogCaps,
    /// Entries since the last look at the size of the whole.
    pub(super) written: u64,
    pub(super) complained: Option<Instant>,
}

impl Writer {
    /// Writes until the queue is closed and empty.
    pub(super) async fn run(mut self) {
        while let Some(first) = self.orders.recv().await {
            let (batch, asking) = self.gather(first).await;
            self.write(batch).await;
            for asking in asking {
                // Who has gone away needs no answer.
                let _ = asking.send(());
            }
            self.trim().await;
        }
    }

    /// Waits a moment for more, unless somebody is waiting for the log itself.
    async fn gather(&mut self, first: Order) -> (Vec<NewLog>, Vec<oneshot::Sender<()>>) {
        let (mut batch, mut asking) = (Vec::new(), Vec::new());
        let end = Instant::now() + GATHER;
        let mut next = Some(first);
        while let Some(order) = next.take() {
            match order {
                Order::Write(log) => batch.push(log),
                Order::Flush(reply) => asking.push(reply),
            }
            if batch.len() >= BATCH {
                break;
            }
            next = match self.orders.try_recv() {
                Ok(order) => Some(order),
                Err(_) if !asking.is_empty() || self.orders.is_closed() => None,
                Err(_) => timeout_at(end, self.orders.recv()).await.ok().flatten(),
            };
        }
        (batch, asking)
    }

    async fn write(&mut self, mut batch: Vec<NewLog>) {
        let dropped = self.dropped.swap(0, Ordering::Relaxed);
        if dropped > 0 {
            tracing::warn!(target: OWN_TARGET, dropped, "entries of the log were dropped");
            let data = serde_json::json!({ "dropped": dropped }).to_string();
            let message = "entries of the log were dropped".to_owned();
            batch.push(entry(self.clock.now(), Level::Warning, message, data));
        }
        if batch.is_empty() {
            return;
        }
        let count = u64::try_from(batch.len()).unwrap_or_default();
        match self.database.append(batch).await {
            Ok(()) => self.written += count,
            Err(error) => {
                self.dropped.fetch_add(count, Ordering::Relaxed);
                self.complain(&error);
            }
        }
    }

    /// Says that the log can't be written, now and then.
    fn complain(&mut self, error: &dyn std::fmt::Display) {
        let now = Instant::now();
        if self.complained.is_none_or(|last| now.duration_since(last) >= QUIET) {
            tracing::warn!(target: OWN_TARGET, %error, "the log can't be written");
            self.complained = Some(now);
        }
    }

    async fn trim(&mut self) {
        if self.written < BETWEEN_LOOKS {
            return;
        }
        self.written = 0;
        let LogCaps { rows, bytes } = self.caps;
        let limits = LogLimits { rows: Some(rows), bytes: Some(bytes), ..LogLimits::default() };
        if let Err(error) = self.database.trim(&limits).await {
            self.complain(&error);
        }
    }
}
