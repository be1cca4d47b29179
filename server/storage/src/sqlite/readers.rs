//! The pool of reading connections, and the threads in which they read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{deadline::Deadline, open::SqliteOptions, read_connection::ReadConnection};
use crate::{StorageError, StorageResult};

/// As many reading connections as `options.readers`, opened when first needed.
pub(crate) struct Readers {
    options: Arc<SqliteOptions>,
    places: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<ReadConnection>>>,
}

/// A read under way, as the one who waits for it and the one who runs it see it.
#[derive(Clone, Default)]
struct Progress(Arc<Mutex<State>>);

#[derive(Default)]
enum State {
    #[default]
    Waiting,
    Running(Deadline),
    /// Done; the connection may serve others already.
    Done,
    /// Nobody waits any more.
    Abandoned,
}

/// Ends the read when whoever waits for it goes away.
struct Interest(Progress);

impl Readers {
    pub(crate) fn new(options: Arc<SqliteOptions>) -> Self {
        let places = Arc::new(Semaphore::new(options.readers.max(1)));
        Self { options, places, idle: Arc::default() }
    }

    /// Runs a reading deed on a free connection, in a thread where it may take its time.
    pub(crate) async fn with<T: Send + 'static>(
        &self,
        deed: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> StorageResult<T> {
        let acquiring = Arc::clone(&self.places).acquire_owned();
        let place = tokio::time::timeout(self.options.busy_limit, acquiring)
            .await
            .map_err(|_| StorageError::Busy)?
            .map_err(|_| StorageError::Closed)?;
        let (options, idle) = (Arc::clone(&self.options), Arc::clone(&self.idle));
        let progress = Progress::default();
        let interest = Interest(progress.clone());
        let reading = spawn_blocking(move || {
            let _place = place;
            let known = lock(&idle).pop();
            let connection = known.map_or_else(|| ReadConnection::open(&options), Ok)?;
            if !progress.begin(connection.deadline()) {
                lock(&idle).push(connection);
                return Err(StorageError::Closed);
            }
            let done = connection.read(&options, deed);
            if progress.end() {
                lock(&idle).push(connection);
            }
            done
        });
        let done = reading.await.map_err(|_| StorageError::Panicked)?;
        drop(interest);
        done
    }

    /// Refuses further reads, waits for the running ones and closes the connections.
    pub(crate) async fn close(&self) {
        let all = u32::try_from(self.options.readers.max(1)).unwrap_or(u32::MAX);
        // Holding every place means that no read is running.
        let places = self.places.acquire_many(all).await;
        self.places.close();
        drop(places);
        self.renew();
    }

    /// Closes the idle connections.
    pub(super) fn renew(&self) {
        let idle = std::mem::take(&mut *lock(&self.idle));
        for connection in idle {
            if let Err(error) = connection.close() {
                tracing::warn!(%error, "a reading connection did not close in order");
            }
        }
    }
}

impl Progress {
    /// Whether somebody still waits for it.
    fn begin(&self, deadline: Deadline) -> bool {
        let mut state = lock(&self.0);
        let is_wanted = matches!(*state, State::Waiting);
        if is_wanted {
            *state = State::Running(deadline);
        }
        is_wanted
    }

    /// Whether the connection can be used again: nobody has ended, or will end, its statement.
    fn end(&self) -> bool {
        let mut state = lock(&self.0);
        let is_usable = matches!(*state, State::Running(_));
        if is_usable {
            *state = State::Done;
        }
        is_usable
    }
}

impl Drop for Interest {
    fn drop(&mut self) {
        let mut state = lock(&self.0.0);
        match &*state {
            State::Done | State::Abandoned => return,
            State::Waiting => {}
            State::Running(deadline) => deadline.expire(),
        }
        *state = State::Abandoned;
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
