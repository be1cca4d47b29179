//! A connection that reads one moment of a file, in threads where it may take its time.

use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::types::ValueRef;
use tokio::{sync::mpsc, task::spawn_blocking};

use super::{binding::cell_of, deadline::Deadline, open::SqliteOptions, reading};
use crate::{
    Cell, Row, StorageError, StorageResult, constraint,
    statement::Statement,
    transfer::{Batch, BatchSize, MovedRow},
};

/// The transaction of a snapshot.
pub(crate) struct SqliteSnapshot {
    connection: Arc<Mutex<rusqlite::Connection>>,
}

impl SqliteSnapshot {
    /// Opens the file and begins to read it as it is now.
    pub(crate) async fn begin(directory: PathBuf) -> StorageResult<Self> {
        let opening = spawn_blocking(move || {
            let options =
                SqliteOptions { memory_map: 0, ..SqliteOptions::in_directory(&directory) };
            if options.is_unused() {
                let place = directory.display();
                return Err(StorageError::Transfer(format!("there is no database in {place}")));
            }
            let connection = options.connect_in_thread(&Deadline::new())?;
            Self::over(connection)
                .map_err(|error| constraint::from_rusqlite("beginning to read", error))
        });
        opening.await.map_err(|_| StorageError::Panicked)?
    }

    /// Begins to read what a connection finds now.
    pub(crate) fn over(connection: rusqlite::Connection) -> rusqlite::Result<Self> {
        connection.execute_batch("BEGIN; SELECT count(*) FROM sqlite_master")?;
        Ok(Self { connection: Arc::new(Mutex::new(connection)) })
    }

    /// The rows of a select.
    pub(crate) async fn rows(&self, statement: Statement) -> StorageResult<Vec<Row>> {
        self.with(move |connection| reading::rows(connection, &statement)).await
    }

    /// Hands out the rows of a select, whose first column is their number. It ends early when
    /// nobody takes them any more.
    pub(crate) async fn stream(
        &self,
        select: Statement,
        size: BatchSize,
        sink: mpsc::Sender<Batch>,
    ) -> StorageResult<()> {
        self.with(move |connection| {
            let mut prepared = connection.prepare(select.sql())?;
            let columns = prepared.column_count();
            let mut rows = prepared.query([])?;
            let mut batch = Batch::default();
            while let Some(row) = rows.next()? {
                let cells = (1..columns).map(|at| row.get_ref(at).map(exact));
                let cells = cells.collect::<rusqlite::Result<_>>()?;
                batch.push(MovedRow { number: row.get(0)?, cells });
                if let Some(full) = batch.take_full(size)
                    && sink.blocking_send(full).is_err()
                {
                    return Ok(());
                }
            }
            if !batch.rows.is_empty() {
                // Nobody waits for it: whoever did has failed, and says so himself.
                let _ = sink.blocking_send(batch);
            }
            Ok(())
        })
        .await
    }

    async fn with<T: Send + 'static>(
        &self,
        deed: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> StorageResult<T> {
        let connection = Arc::clone(&self.connection);
        let doing = spawn_blocking(move || {
            let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
            deed(&connection).map_err(|error| constraint::from_rusqlite("reading", error))
        });
        doing.await.map_err(|_| StorageError::Panicked)?
    }
}

/// A value as it is: a text that is none stays the bytes that it has.
fn exact(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Text(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => Cell::Blob(bytes.to_vec()),
        },
        other => cell_of(other),
    }
}
