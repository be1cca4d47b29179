//! A SQLite database with its writer, its readers and its readers in threads.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{oneshot, watch};

use super::{deadline::Deadline, open::SqliteOptions, readers::Readers, reading, thread_reader};
use crate::{
    ConsoleAnswer, ConsoleAsk, Revision, Row, StorageError, StorageResult, ViewShape, change_log,
    connection::ConnectionOptions,
    console,
    revisions::Revisions,
    statement::{Dialect, Statement},
    view,
    write_unit::WriteUnit,
    writer::{self, Queue},
};

pub(crate) struct SqliteDatabase {
    /// Also what the readers in threads know the database by.
    options: Arc<SqliteOptions>,
    readers: Readers,
    queue: Queue,
    committed: watch::Receiver<i64>,
    revisions: Arc<Revisions>,
    epoch: String,
    stop: watch::Sender<bool>,
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

impl SqliteDatabase {
    pub(crate) async fn open(options: SqliteOptions) -> StorageResult<Self> {
        let revisions = Arc::new(Revisions::default());
        let (committed, follow) = watch::channel(0);
        let connections = ConnectionOptions::Sqlite(options.clone());
        let desk = writer::start(connections, Arc::new(committed), Arc::clone(&revisions)).await?;
        let options = Arc::new(options);
        Ok(Self {
            revisions,
            readers: Readers::new(Arc::clone(&options)),
            options,
            queue: desk.queue,
            committed: follow,
            epoch: desk.epoch,
            stop: desk.stop,
            ended: Mutex::new(Some(desk.ended)),
        })
    }

    pub(crate) async fn rows(&self, statement: Statement) -> StorageResult<Vec<Row>> {
        self.readers.with(move |connection| reading::rows(connection, &statement)).await
    }

    pub(crate) async fn text(&self, statement: Statement) -> StorageResult<Option<String>> {
        self.readers.with(move |connection| reading::text(connection, &statement)).await
    }

    pub(crate) async fn text_and_number(
        &self,
        statement: Statement,
    ) -> StorageResult<(Option<String>, i64)> {
        self.readers.with(move |connection| reading::text_and_number(connection, &statement)).await
    }

    pub(crate) async fn texts(&self, statement: Statement) -> StorageResult<Vec<String>> {
        self.readers.with(move |connection| reading::texts(connection, &statement)).await
    }

    pub(crate) fn text_now(&self, statement: &Statement) -> StorageResult<Option<String>> {
        thread_reader::text(&self.options, statement, None)
    }

    pub(crate) fn text_by_key(
        &self,
        statement: &Statement,
        key: &str,
    ) -> StorageResult<Option<String>> {
        thread_reader::text(&self.options, statement, Some(key))
    }

    /// What the database says of a view's query, on a connection that can't write.
    pub(crate) async fn describe(&self, query: String) -> StorageResult<ViewShape> {
        let options = Arc::clone(&self.options);
        let described = tokio::task::spawn_blocking(move || {
            let deadline = Deadline::new();
            let connection = options.connect_in_thread(&deadline)?;
            deadline.set(options.read_limit);
            view::describe(&connection, &query)
        });
        described.await.map_err(|_| StorageError::Panicked)?
    }

    /// Runs a superuser's statements that read, on a connection of their own.
    pub(crate) async fn console(&self, ask: ConsoleAsk) -> StorageResult<ConsoleAnswer> {
        let options = Arc::clone(&self.options);
        let run = tokio::task::spawn_blocking(move || {
            let deadline = Deadline::new();
            let connection = options.connect_in_thread(&deadline)?;
            deadline.set(ask.limit.min(options.read_limit));
            console::read(&connection, &ask)
        });
        run.await.map_err(|_| StorageError::Panicked)?
    }

    pub(crate) async fn submit(&self, unit: Box<dyn WriteUnit>) -> StorageResult<()> {
        self.queue.send(unit).await.map_err(|_| StorageError::Closed)
    }

    pub(crate) fn committed(&self) -> watch::Receiver<i64> {
        self.committed.clone()
    }

    /// The state of these collections; nothing while it can't be told: a commit is being published,
    /// or another process has written.
    pub(crate) fn revision<'c>(
        &self,
        collections: impl Iterator<Item = &'c str>,
    ) -> StorageResult<Option<Revision>> {
        let revision = self.revisions.of(collections);
        let newest = self.text_now(&Statement::sqlite(&change_log::newest(Dialect::Sqlite)))?;
        let newest = newest.and_then(|text| text.parse::<i64>().ok()).unwrap_or_default();
        Ok((newest == *self.committed.borrow()).then_some(revision))
    }

    /// How it was opened.
    pub(crate) fn options(&self) -> &SqliteOptions {
        &self.options
    }

    pub(crate) fn epoch(&self) -> &str {
        &self.epoch
    }

    /// Closes the connections that wait for work; others are opened when they are needed.
    pub(crate) fn renew_readers(&self) {
        self.readers.renew();
    }

    /// Runs the waiting units to their end, refuses new ones, closes all connections.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.stop.send_replace(true);
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(ended) = ended
            && ended.await.is_err()
        {
            tracing::error!("the writer ended unexpectedly");
        }
    }
}
