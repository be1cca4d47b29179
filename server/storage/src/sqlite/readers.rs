//! The pool of reading connections.

use std::sync::{Mutex, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

use super::{open::SqliteOptions, read_connection::ReadConnection};
use crate::{StorageError, StorageResult};

/// As many reading connections as `options.readers`, opened when first needed.
pub(crate) struct Readers {
    options: SqliteOptions,
    places: Semaphore,
    idle: Mutex<Vec<ReadConnection>>,
}

/// A connection on loan; goes back when dropped, unless its statement was left running.
pub(crate) struct Reader<'a> {
    pool: &'a Readers,
    connection: Option<ReadConnection>,
    _place: SemaphorePermit<'a>,
}

impl Readers {
    pub(super) fn new(options: SqliteOptions) -> Self {
        let places = Semaphore::new(options.readers.max(1));
        Self { options, places, idle: Mutex::new(Vec::new()) }
    }

    /// Runs a reading deed on a free connection.
    pub(super) async fn with<T>(
        &self,
        deed: impl AsyncFnOnce(&mut ReadConnection) -> StorageResult<T>,
    ) -> StorageResult<T> {
        let mut reader = self.borrow().await?;
        match &mut reader.connection {
            Some(connection) => deed(connection).await,
            None => Err(StorageError::Closed),
        }
    }

    async fn borrow(&self) -> StorageResult<Reader<'_>> {
        let place = tokio::time::timeout(self.options.busy_limit, self.places.acquire())
            .await
            .map_err(|_| StorageError::Busy)?
            .map_err(|_| StorageError::Closed)?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.options.connect_reader().await?,
        };
        Ok(Reader { pool: self, connection: Some(connection), _place: place })
    }

    /// Refuses further reads, waits for the running ones and closes the connections.
    pub(super) async fn close(&self) {
        let all = u32::try_from(self.options.readers.max(1)).unwrap_or(u32::MAX);
        // Holding every place means that no read is running.
        let places = self.places.acquire_many(all).await;
        self.places.close();
        drop(places);
        self.renew().await;
    }

    /// Closes the idle connections.
    pub(super) async fn renew(&self) {
        let idle = std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner));
        for connection in idle {
            if let Err(error) = connection.close().await {
                tracing::warn!(%error, "a reading connection did not close in order");
            }
        }
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else { return };
        if connection.was_left_running() {
            // The caller went away. End the statement and the connection with it.
            connection.interrupt();
            return;
        }
        self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}
