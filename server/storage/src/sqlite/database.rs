//! A SQLite database with its writer, its readers and its readers in threads.

use std::sync::{Arc, Mutex, PoisonError};

use sea_query::{Expr, ExprTrait, OnConflict, Query};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
};

use super::{
    connection::Connection,
    open::SqliteOptions,
    readers::Readers,
    thread_reader,
    writer::{Queue, Writer},
};
use crate::{
    Row, StorageError, StorageResult, Transaction, change_log, migrate, statement::Statement,
    write_unit::WriteUnit,
};

/// Name of the change log's epoch among the parameters.
const EPOCH: &str = "changeEpoch";
/// Length of the change log's epoch: too many to be met twice.
const EPOCH_LENGTH: usize = 12;

pub(crate) struct SqliteDatabase {
    /// Also what the readers in threads know the database by.
    options: Arc<SqliteOptions>,
    readers: Readers,
    queue: Queue,
    committed: watch::Receiver<i64>,
    epoch: String,
    stop: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
}

impl SqliteDatabase {
    pub(crate) async fn open(options: SqliteOptions) -> StorageResult<Self> {
        options.prepare_file()?;
        let mut connection = options.connect_writer().await?;
        migrate::run(&mut connection, migrate::SQLITE).await?;
        let epoch = epoch(&mut connection).await?;
        let newest = newest_position(&mut connection).await?;

        let (queue, waiting) = mpsc::channel(options.waiting_units.max(1));
        let (announce, committed) = watch::channel(newest);
        let (stop, stopped) = watch::channel(false);
        let transaction = Transaction::new(connection);
        let writer = Writer::new(options.clone(), waiting, announce, transaction);
        let task = tokio::spawn(writer.run(stopped));
        let readers = Readers::new(options.clone());
        let task = Mutex::new(Some(task));
        Ok(Self { options: Arc::new(options), readers, queue, committed, epoch, stop, task })
    }

    pub(crate) async fn rows(&self, statement: Statement) -> StorageResult<Vec<Row>> {
        self.readers.with(async |reader| reader.rows(statement).await).await
    }

    pub(crate) async fn text(&self, statement: Statement) -> StorageResult<Option<String>> {
        self.readers.with(async |reader| reader.text(statement).await).await
    }

    pub(crate) async fn texts(&self, statement: Statement) -> StorageResult<Vec<String>> {
        self.readers.with(async |reader| reader.texts(statement).await).await
    }

    pub(crate) fn text_now(&self, statement: &Statement) -> StorageResult<Option<String>> {
        thread_reader::text(&self.options, statement)
    }

    pub(crate) async fn submit(&self, unit: Box<dyn WriteUnit>) -> StorageResult<()> {
        self.queue.send(unit).await.map_err(|_| StorageError::Closed)
    }

    pub(crate) fn committed(&self) -> watch::Receiver<i64> {
        self.committed.clone()
    }

    pub(crate) fn epoch(&self) -> &str {
        &self.epoch
    }

    /// Runs the waiting units to their end, refuses new ones, closes all connections.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.stop.send_replace(true);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task
            && let Err(error) = task.await
        {
            tracing::error!(%error, "the writer ended unexpectedly");
        }
    }
}

/// The epoch of this database's positions, made at its first start.
async fn epoch(connection: &mut Connection) -> StorageResult<String> {
    let new = format!("\"{}\"", underpin_model::id::random_lowercase(EPOCH_LENGTH));
    let mut insert = Query::insert();
    insert.into_table("_params").columns(["id", "value"]);
    insert.values_panic([EPOCH.into(), new.into()]);
    insert.on_conflict(OnConflict::column("id").do_nothing().to_owned());
    connection.execute(Statement::sqlite(&insert)).await?;
    let select =
        Query::select().column("value").from("_params").and_where(Expr::col("id").eq(EPOCH)).take();
    let stored = connection.text(Statement::sqlite(&select)).await?.unwrap_or_default();
    Ok(stored.trim_matches('"').to_owned())
}

async fn newest_position(connection: &mut Connection) -> StorageResult<i64> {
    let text = connection.text(Statement::sqlite(&change_log::newest())).await?;
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or_default())
}
