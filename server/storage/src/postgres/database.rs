//! A PostgreSQL database as one node sees it: its writer, its readers and its follower.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use sqlx::postgres::PgRow;
use tokio::{
    runtime::Runtime,
    sync::{oneshot, watch},
};

use super::{
    console, decode, describe,
    follower::Follower,
    open::{Opener, PostgresOptions, Purpose},
    readers::Readers,
};
use crate::{
    ConsoleAnswer, ConsoleAsk, NewView, Revision, Row, StatementTree, StorageError, StorageResult,
    Versions, ViewShape,
    connection::ConnectionOptions,
    revisions::Revisions,
    statement::Statement,
    write_unit::WriteUnit,
    writer::{self, Queue},
};

const COUNTERS: &str = "SELECT position, untold FROM _counters";

pub(crate) struct PostgresDatabase {
    opener: Arc<Opener>,
    readers: Readers,
    queue: Queue,
    committed: watch::Receiver<i64>,
    versions: watch::Receiver<Versions>,
    revisions: Arc<Revisions>,
    epoch: String,
    replaced: Arc<watch::Sender<bool>>,
    stop: watch::Sender<bool>,
    ended: Mutex<Option<oneshot::Receiver<()>>>,
    follower: tokio::task::AbortHandle,
    /// Connections belong to the runtime that opened them: this one lives as long as they do.
    runtime: Option<Runtime>,
}

impl PostgresDatabase {
    pub(crate) async fn open(options: PostgresOptions) -> StorageResult<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("database-io")
            .enable_all()
            .build()
            .map_err(|error| StorageError::other("starting the readers", error))?;
        let handle = runtime.handle().clone();
        // From here on a failure must not drop the runtime where nothing may block.
        let mut runtime = Background(Some(runtime));
        let revisions = Arc::new(Revisions::default());
        let (committed, follow) = watch::channel(0);
        let committed = Arc::new(committed);
        let connections = ConnectionOptions::Postgres(options.clone());
        let desk =
            writer::start(connections, Arc::clone(&committed), Arc::clone(&revisions)).await?;
        revisions.catch_up(std::iter::empty(), *committed.borrow());
        let unseen = Versions { schema: 0, settings: 0, seen: Instant::now() };
        let (versions, follow_versions) = watch::channel(unseen);
        let replaced = Arc::new(watch::Sender::new(false));
        let follower = Follower {
            options: options.clone(),
            committed,
            revisions: Arc::clone(&revisions),
            versions,
            epoch: desk.epoch.clone(),
            replaced: Arc::clone(&replaced),
        };
        let follower = handle.spawn(follower.run()).abort_handle();
        let opener = Arc::new(Opener { options, runtime: handle, schema: None });
        Ok(Self {
            readers: Readers::new(Arc::clone(&opener)),
            opener,
            queue: desk.queue,
            committed: follow,
            versions: follow_versions,
            revisions,
            epoch: desk.epoch,
            replaced,
            stop: desk.stop,
            ended: Mutex::new(Some(desk.ended)),
            follower,
            runtime: runtime.0.take(),
        })
    }

    pub(crate) async fn rows(&self, statement: &Statement) -> StorageResult<Vec<Row>> {
        decode::rows(&self.readers.fetch(statement).await?)
    }

    pub(crate) async fn text(&self, statement: &Statement) -> StorageResult<Option<String>> {
        self.readers.fetch(statement).await?.first().map_or(Ok(None), decode::text)
    }

    pub(crate) async fn text_and_number(
        &self,
        statement: &Statement,
    ) -> StorageResult<(Option<String>, i64)> {
        let rows: Vec<PgRow> = self.readers.fetch(statement).await?;
        rows.first().map_or(Ok((None, 0)), decode::text_and_number)
    }

    pub(crate) async fn texts(&self, statement: &Statement) -> StorageResult<Vec<String>> {
        decode::texts(&self.readers.fetch(statement).await?)
    }

    /// What the server says of a view's query.
    pub(crate) async fn describe(&self, query: &str) -> StorageResult<ViewShape> {
        let mut connection = self.opener.connect(Purpose::Try).await?;
        describe::alone(&mut connection, query).await
    }

    /// Rows over a view that is made for this, and gone afterwards.
    pub(crate) async fn rows_over_view(
        &self,
        view: &NewView,
        tree: &impl StatementTree,
    ) -> StorageResult<Vec<Row>> {
        let mut connection = self.opener.connect(Purpose::Try).await?;
        let statement = Statement::postgres(tree);
        decode::rows(&describe::tried(&mut connection, view, &statement).await?)
    }

    /// Runs a superuser's statement that reads.
    pub(crate) async fn console(&self, ask: &ConsoleAsk) -> StorageResult<ConsoleAnswer> {
        let mut connection = self.opener.connect(Purpose::Try).await?;
        console::read(&mut connection, ask).await
    }

    pub(crate) async fn submit(&self, unit: Box<dyn WriteUnit>) -> StorageResult<()> {
        self.queue.send(unit).await.map_err(|_| StorageError::Closed)
    }

    pub(crate) fn versions(&self) -> watch::Receiver<Versions> {
        self.versions.clone()
    }

    pub(crate) fn committed(&self) -> watch::Receiver<i64> {
        self.committed.clone()
    }

    /// The state of these collections over all nodes; nothing while it can't be told, since
    /// another node's commit has not been followed yet.
    pub(crate) async fn revision<'c>(
        &self,
        collections: impl Iterator<Item = &'c str>,
    ) -> StorageResult<Option<Revision>> {
        let (position, through) = self.revisions.newest(collections);
        let counters = Statement::vouched(COUNTERS.to_owned()).repeated();
        let rows = self.readers.fetch(&counters).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let (newest, untold) = (decode::whole(row, 0)?, decode::whole(row, 1)?);
        Ok((newest == through).then_some(Revision { position, untold }))
    }

    /// Where its connections come from.
    pub(crate) fn opener(&self) -> &Opener {
        &self.opener
    }

    pub(crate) fn epoch(&self) -> &str {
        &self.epoch
    }

    /// Becomes true when another project is put in this one's place.
    pub(crate) fn replaced(&self) -> watch::Receiver<bool> {
        self.replaced.subscribe()
    }

    /// Runs the waiting units to their end, refuses new ones, closes all connections.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.follower.abort();
        self.stop.send_replace(true);
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(ended) = ended
            && ended.await.is_err()
        {
            tracing::error!("the writer ended unexpectedly");
        }
    }
}

impl Drop for PostgresDatabase {
    fn drop(&mut self) {
        self.follower.abort();
        drop(Background(self.runtime.take()));
    }
}

/// A runtime that may be dropped anywhere.
struct Background(Option<Runtime>);

impl Drop for Background {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
