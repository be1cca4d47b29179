//! The log as a SQLite file beside that of the records.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::task::spawn_blocking;

use super::NewLog;
use crate::{
    Row, SqliteOptions, StorageError, StorageResult,
    connection::WriteConnection,
    migrate,
    sqlite::{Readers, SqliteWriter, reading},
    statement::Statement,
};

/// The file's name.
const FILE_NAME: &str = "auxiliary.db";
/// Few look at the log at once.
const READERS: usize = 2;
/// Pages that are given back in one go.
const TIDY_UP: &str = "PRAGMA incremental_vacuum(2000); PRAGMA optimize";

pub(super) struct SqliteLogs {
    /// Nothing once it is closed.
    writer: Arc<Mutex<Option<SqliteWriter>>>,
    readers: Readers,
    options: Arc<SqliteOptions>,
}

impl SqliteLogs {
    /// Opens the file in the directory of the records, and makes it if it is missing.
    pub(super) async fn open(records: &SqliteOptions) -> StorageResult<Self> {
        let options = SqliteOptions { file_name: FILE_NAME, readers: READERS, ..records.clone() };
        options.prepare_file()?;
        let mut connection = WriteConnection::Sqlite(options.connect_log_writer()?);
        migrate::run(&mut connection, migrate::SQLITE_LOGS).await?;
        let WriteConnection::Sqlite(writer) = connection else { return Err(StorageError::Closed) };
        let writer = Arc::new(Mutex::new(Some(writer)));
        let options = Arc::new(options);
        Ok(Self { writer, readers: Readers::new(Arc::clone(&options)), options })
    }

    /// How it was opened.
    pub(super) fn options(&self) -> &SqliteOptions {
        &self.options
    }

    pub(super) async fn append(&self, logs: Vec<NewLog>) -> StorageResult<()> {
        self.with_writer(move |writer| writer.append_logs(&logs)).await
    }

    pub(super) async fn execute(&self, statement: Statement) -> StorageResult<u64> {
        self.with_writer(move |writer| Ok(writer.execute(&statement)?.rows_affected)).await
    }

    pub(super) async fn rows(&self, statement: Statement) -> StorageResult<Vec<Row>> {
        self.readers.with(move |connection| reading::rows(connection, &statement)).await
    }

    pub(super) async fn text(&self, statement: Statement) -> StorageResult<Option<String>> {
        self.readers.with(move |connection| reading::text(connection, &statement)).await
    }

    pub(super) async fn tidy_up(&self) -> StorageResult<()> {
        self.with_writer(|writer| writer.script(TIDY_UP)).await
    }

    pub(super) async fn close(&self) {
        self.readers.close().await;
        let writer = Arc::clone(&self.writer);
        let closed = spawn_blocking(move || {
            let writer = writer.lock().unwrap_or_else(PoisonError::into_inner).take();
            writer.map_or(Ok(()), SqliteWriter::close)
        });
        if let Ok(Err(error)) = closed.await {
            tracing::warn!(target: "underpin::logs", %error, "the log did not close in order");
        }
    }

    /// Writes in a thread where that may take its time.
    async fn with_writer<T: Send + 'static>(
        &self,
        deed: impl FnOnce(&mut SqliteWriter) -> StorageResult<T> + Send + 'static,
    ) -> StorageResult<T> {
        let writer = Arc::clone(&self.writer);
        let done = spawn_blocking(move || {
            let mut writer = writer.lock().unwrap_or_else(PoisonError::into_inner);
            writer.as_mut().map_or(Err(StorageError::Closed), deed)
        });
        done.await.map_err(|_| StorageError::Panicked)?
    }
}
