//! Where entries are handed in.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use arc_swap::ArcSwapOption;
use tokio::{
    sync::{Mutex, mpsc, oneshot},
    task::JoinHandle,
    time::{Duration, timeout},
};
use underpin_model::{DomainResult, clock::Clock};
use underpin_storage::{Database, LogDatabase, NewLog};

use super::queue::{Order, Writer};

/// Entries that may wait to be written.
const QUEUE: usize = 8_192;
/// How long the end waits for the last entries.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most that the log holds as a whole; the oldest entries go.
#[derive(Clone, Copy, Debug)]
pub struct LogCaps {
    /// Entries.
    pub rows: u64,
    /// Bytes, about.
    pub bytes: u64,
}

/// The log: its database, and the queue in front of it.
pub struct Logs {
    database: LogDatabase,
    caps: LogCaps,
    /// Nothing once it is closed.
    queue: ArcSwapOption<mpsc::Sender<Order>>,
    dropped: Arc<AtomicU64>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl Logs {
    /// Opens the log that belongs to a database, and starts to write what is handed in.
    ///
    /// # Errors
    /// Storage faults.
    pub async fn open(
        database: &Database,
        clock: Arc<dyn Clock>,
        caps: LogCaps,
    ) -> DomainResult<Self> {
        let database = database.open_logs().await?;
        let (queue, orders) = mpsc::channel(QUEUE);
        let dropped = Arc::<AtomicU64>::default();
        let writer = Writer {
            database: database.clone(),
            orders,
            dropped: Arc::clone(&dropped),
            clock,
            caps,
            written: 0,
            complained: None,
        };
        let task = Mutex::new(Some(tokio::spawn(writer.run())));
        Ok(Self { database, caps, queue: ArcSwapOption::from_pointee(queue), dropped, task })
    }

    /// Hands an entry in. Never waits: an entry that finds no place is dropped and counted.
    pub(super) fn put(&self, log: NewLog) {
        let queue = self.queue.load();
        let Some(queue) = queue.as_ref() else { return };
        if queue.try_send(Order::Write(log)).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until everything that was handed in so far is written.
    pub async fn flush(&self) {
        let Some(queue) = self.queue.load_full() else { return };
        let (reply, written) = oneshot::channel();
        if queue.send(Order::Flush(reply)).await.is_ok() {
            // Nothing when the task has ended: then nothing more is written.
            let _ = written.await;
        }
    }

    /// Writes what was handed in, and closes the log.
    pub async fn close(&self) {
        self.queue.store(None);
        if let Some(task) = self.task.lock().await.take()
            && timeout(PATIENCE, task).await.is_err()
        {
            tracing::warn!(target: super::OWN_TARGET, "the last entries of the log are lost");
        }
        self.database.close().await;
    }

    pub(crate) fn database(&self) -> &LogDatabase {
        &self.database
    }

    pub(super) fn caps(&self) -> LogCaps {
        self.caps
    }
}
