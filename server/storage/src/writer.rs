//! The writer: one thread owns the one writing connection. Units that wait share a transaction
//! (group commit), so that they share its fsync; each can still fail alone.
//!
//! The first unit of a group needs no savepoint, since undoing it is undoing the transaction;
//! later ones get one each. Answers go out after the commit. When the database may have undone
//! more than a statement (disk full, time-out, connection lost), the whole group fails and the
//! connection is replaced: nothing of its state is trusted.

mod group;

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, oneshot, watch};

use self::group::Group;
use crate::{
    StorageError, StorageResult, Transaction,
    connection::{ConnectionOptions, Opened, Span},
    revisions::Revisions,
    write_unit::WriteUnit,
};

/// No unit joins a group older than this: it bounds the wait of the first one.
const MAX_GROUP_AGE: Duration = Duration::from_millis(100);

pub(crate) type Queue = mpsc::Sender<Box<dyn WriteUnit>>;

/// The state of the writer's thread.
pub(crate) struct Writer {
    options: ConnectionOptions,
    queue: mpsc::Receiver<Box<dyn WriteUnit>>,
    committed: Arc<watch::Sender<i64>>,
    revisions: Arc<Revisions>,
    /// Nothing after a failure, until the next group opens a connection.
    transaction: Option<Transaction>,
}

/// What is needed to speak with the writer.
pub(crate) struct Desk {
    pub(crate) queue: Queue,
    pub(crate) epoch: String,
    pub(crate) stop: watch::Sender<bool>,
    /// Done when the thread has closed its connection.
    pub(crate) ended: oneshot::Receiver<()>,
}

/// Starts the writer's thread; answers when the database is migrated and open.
///
/// It has a runtime of its own, so that it outlives whichever one the database was opened in.
pub(crate) async fn start(
    options: ConnectionOptions,
    committed: Arc<watch::Sender<i64>>,
    revisions: Arc<Revisions>,
) -> StorageResult<Desk> {
    let (queue, waiting) = mpsc::channel(options.waiting_units().max(1));
    let (stop, stopped) = watch::channel(false);
    let (opened, opening) = oneshot::channel();
    let (end, ended) = oneshot::channel();
    let failed = |error: io::Error| StorageError::other("starting the writer", error);
    let thread = std::thread::Builder::new().name("database-writer".to_owned());
    let spawned = thread.spawn(move || {
        let runtime = match options.runtime().map_err(failed) {
            Ok(runtime) => runtime,
            Err(error) => return drop(opened.send(Err(error))),
        };
        runtime.block_on(async move {
            match options.open().await {
                Ok(Opened { connection, epoch, newest_position }) => {
                    committed.send_replace(newest_position);
                    let transaction = Some(Transaction::new(connection));
                    let queue = waiting;
                    let writer = Writer { options, queue, committed, revisions, transaction };
                    if opened.send(Ok(epoch)).is_ok() {
                        writer.run(stopped).await;
                    }
                    let _ = end.send(());
                }
                Err(error) => drop(opened.send(Err(error))),
            }
        });
    });
    spawned.map_err(failed)?;
    let epoch = opening.await.map_err(|_| StorageError::Panicked)??;
    Ok(Desk { queue, epoch, stop, ended })
}

impl Writer {
    /// Runs units until the queue is closed and empty, then closes the connection.
    pub(crate) async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut is_open = true;
        loop {
            tokio::select! {
                // First, or a queue that is never empty would put the end off for ever.
                biased;
                // False means that the database was dropped: then the queue ends by itself.
                true = is_stopped(&mut stop), if is_open => {
                    self.queue.close();
                    is_open = false;
                }
                unit = self.queue.recv() => match unit {
                    Some(unit) => self.run_group(unit).await,
                    None => break,
                },
            }
        }
        let Some(transaction) = self.transaction.take() else { return };
        if let Err(error) = transaction.into_connection().close().await {
            tracing::warn!(%error, "the writing connection did not close in order");
        }
    }

    async fn run_group(&mut self, first: Box<dyn WriteUnit>) {
        let mut transaction = match self.begin().await {
            Ok(transaction) => transaction,
            Err(error) => {
                // Nobody else needs to find out anew that the database is away.
                if matches!(error, StorageError::Unreachable(_)) {
                    while let Ok(unit) = self.queue.try_recv() {
                        unit.answer(Err(error.clone()));
                    }
                }
                return first.answer(Err(error));
            }
        };
        let mut group = Group::of(transaction.connection());
        match self.fill(&mut group, &mut transaction, first).await {
            Ok(span) => {
                self.transaction = Some(transaction);
                // Before the answers: who has one finds its position published.
                self.revisions.publish(std::mem::take(&mut group.touched), span);
                self.publish(group.newest_position);
                group.units.into_iter().for_each(|unit| unit.answer(Ok(())));
            }
            Err(error) => {
                tracing::error!(
                    %error,
                    cause = std::error::Error::source(&error).map(tracing::field::display),
                    units = group.units.len(),
                    "a group of writes failed"
                );
                // Closing the connection undoes what is open. The next group opens another.
                drop(transaction);
                group.units.into_iter().for_each(|unit| unit.answer(Err(error.clone())));
            }
        }
    }

    /// An open transaction on the kept connection or on a new one. One that was lost while
    /// nobody used it is replaced: nothing has been done on it yet.
    async fn begin(&mut self) -> StorageResult<Transaction> {
        if let Some(mut transaction) = self.transaction.take() {
            match transaction.begin().await {
                Ok(()) => return Ok(transaction),
                Err(StorageError::Busy) => {
                    self.transaction = Some(transaction);
                    return Err(StorageError::Busy);
                }
                Err(StorageError::Unreachable(_)) => {}
                Err(error) => return Err(error),
            }
        }
        let mut transaction = Transaction::new(self.options.connect().await?);
        transaction.begin().await?;
        Ok(transaction)
    }

    /// Runs the first unit and those that wait behind it, and commits.
    async fn fill(
        &mut self,
        group: &mut Group,
        transaction: &mut Transaction,
        first: Box<dyn WriteUnit>,
    ) -> StorageResult<Option<Span>> {
        let (begun, most) = (Instant::now(), self.options.group_units());
        let mut next = Some(first);
        while let Some(unit) = next {
            if !unit.is_abandoned() {
                self.run_unit(group, transaction, unit).await?;
            }
            let has_room = group.units.len() < most && begun.elapsed() < MAX_GROUP_AGE;
            next = if has_room { self.queue.try_recv().ok() } else { None };
        }
        // Committing ends an open savepoint as well.
        if group.units.is_empty() {
            return transaction.connection().rollback().await.map(|()| None);
        }
        transaction.connection().commit(group.touched.is_untold()).await
    }

    async fn run_unit(
        &mut self,
        group: &mut Group,
        transaction: &mut Transaction,
        mut unit: Box<dyn WriteUnit>,
    ) -> StorageResult<()> {
        if let Err(error) = group.protect(transaction).await {
            unit.answer(Err(error.clone()));
            return Err(error);
        }
        transaction.begin_unit();
        let run = tokio::time::timeout(self.options.write_limit(), unit.run(transaction));
        let wants_commit = run.await.map_err(|_| StorageError::Timeout);
        let trusted = transaction.broken().map_or(wants_commit, Err);
        let wants_commit = match trusted {
            Ok(wants_commit) => wants_commit,
            Err(error) => {
                unit.answer(Err(error.clone()));
                return Err(error);
            }
        };
        if wants_commit {
            if let Err(error) = transaction.connection().keep().await {
                unit.answer(Err(error.clone()));
                return Err(error);
            }
            group.keep(unit, transaction);
            return Ok(());
        }
        let undone = group.undo(transaction).await;
        unit.answer(undone.clone());
        undone
    }

    /// Tells followers of the change log how far they may read.
    fn publish(&self, newest: Option<i64>) {
        let Some(newest) = newest else { return };
        announce(&self.committed, newest);
    }
}

/// Tells of a position, unless a newer one is known.
pub(crate) fn announce(committed: &watch::Sender<i64>, newest: i64) {
    committed.send_if_modified(|position| {
        let is_news = newest > *position;
        *position = (*position).max(newest);
        is_news
    });
}

/// Waits for the order to stop; false when nobody is left to give it.
async fn is_stopped(stop: &mut watch::Receiver<bool>) -> bool {
    stop.wait_for(|stop| *stop).await.is_ok()
}
