//! The pool of reading connections.

use std::sync::{Arc, Mutex, PoisonError};

use sqlx::{Connection, PgConnection, Row as _, postgres::PgRow};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    complaint,
    open::{Opener, Purpose},
};
use crate::{StorageError, StorageResult, statement::Statement};

const OWN_NUMBER: &str = "SELECT pg_backend_pid()";
const CANCEL: &str = "SELECT pg_cancel_backend($1)";

/// As many reading connections as `options.readers`, opened when first needed.
pub(crate) struct Readers {
    opener: Arc<Opener>,
    places: Arc<Semaphore>,
    idle: Arc<Mutex<Vec<Reader>>>,
}

struct Reader {
    connection: PgConnection,
    /// What the server knows it by.
    number: i32,
}

/// A connection on loan; goes back when dropped, unless its statement was left running.
struct Loan<'a> {
    pool: &'a Readers,
    reader: Option<Reader>,
    place: Option<OwnedSemaphorePermit>,
    is_running: bool,
    is_new: bool,
}

impl Readers {
    pub(crate) fn new(opener: Arc<Opener>) -> Self {
        let places = Arc::new(Semaphore::new(opener.options.readers.max(1)));
        Self { opener, places, idle: Arc::default() }
    }

    /// Runs a select. One that meets a connection which was lost while it was idle is run again on
    /// a new one, and one that was prepared before a table was changed is prepared anew.
    pub(crate) async fn fetch(&self, statement: &Statement) -> StorageResult<Vec<PgRow>> {
        let mut loan = self.borrow().await?;
        loop {
            let Some(reader) = &mut loan.reader else { return Err(StorageError::Closed) };
            loan.is_running = true;
            let done = statement.to_postgres().fetch_all(&mut reader.connection).await;
            let error = match done {
                Ok(rows) => {
                    loan.is_running = false;
                    return Ok(rows);
                }
                Err(error) => error,
            };
            if complaint::is_stale_plan(&error)
                && reader.connection.clear_cached_statements().await.is_ok()
            {
                continue;
            }
            loan.is_running = false;
            let is_refusal = complaint::is_refusal(&error);
            let error = complaint::from_sqlx("reading", error);
            if is_refusal {
                return Err(error);
            }
            loan.reader = None;
            if loan.is_new {
                return Err(error);
            }
            // The others were lost along with it.
            self.take_idle();
            loan.reader = Some(self.open().await?);
            loan.is_new = true;
        }
    }

    async fn borrow(&self) -> StorageResult<Loan<'_>> {
        let waiting = Arc::clone(&self.places).acquire_owned();
        let place = tokio::time::timeout(self.opener.options.busy_limit, waiting)
            .await
            .map_err(|_| StorageError::Busy)?
            .map_err(|_| StorageError::Closed)?;
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let is_new = idle.is_none();
        let reader = match idle {
            Some(reader) => reader,
            None => self.open().await?,
        };
        Ok(Loan { pool: self, reader: Some(reader), place: Some(place), is_running: false, is_new })
    }

    async fn open(&self) -> StorageResult<Reader> {
        let mut connection = self.opener.connect(Purpose::Read).await?;
        let failed = |error| complaint::from_sqlx("connecting to the database", error);
        let row = sqlx::query(OWN_NUMBER).fetch_one(&mut connection).await.map_err(failed)?;
        Ok(Reader { connection, number: row.try_get(0).map_err(failed)? })
    }

    /// Refuses further reads, waits for the running ones and closes the connections.
    pub(crate) async fn close(&self) {
        let all = u32::try_from(self.opener.options.readers.max(1)).unwrap_or(u32::MAX);
        // Holding every place means that no read is running.
        let places = self.places.acquire_many(all).await;
        self.places.close();
        drop(places);
        for reader in self.take_idle() {
            if let Err(error) = reader.connection.close().await {
                tracing::debug!(%error, "a reading connection did not close in order");
            }
        }
    }

    fn take_idle(&self) -> Vec<Reader> {
        std::mem::take(&mut *self.idle.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Loan<'_> {
    fn drop(&mut self) {
        let Some(reader) = self.reader.take() else { return };
        if !self.is_running {
            self.pool.idle.lock().unwrap_or_else(PoisonError::into_inner).push(reader);
            return;
        }
        // The caller went away. End the statement, and keep the place until that is done: there
        // are never more connections than places.
        let (opener, place) = (Arc::clone(&self.pool.opener), self.place.take());
        self.pool.opener.runtime.spawn(async move {
            if let Err(error) = cancel(&opener, reader.number).await {
                tracing::warn!(%error, "a statement that nobody waits for could not be ended");
            }
            let _ = reader.connection.close_hard().await;
            drop(place);
        });
    }
}

async fn cancel(opener: &Opener, number: i32) -> StorageResult<()> {
    let mut connection = opener.options.connect(Purpose::Read).await?;
    let done = sqlx::query(CANCEL).bind(number).execute(&mut connection).await;
    done.map_err(|error| complaint::from_sqlx("ending a statement", error))?;
    let _ = connection.close().await;
    Ok(())
}
