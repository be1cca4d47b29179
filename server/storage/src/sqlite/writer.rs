//! The writer: one thread owns the one writing connection. Units that wait share a transaction
//! (group commit), so that they share its fsync; each can still fail alone.
//!
//! The first unit of a group needs no savepoint, since undoing it is undoing the transaction;
//! later ones get one each. Answers go out after the commit. When the database may have undone
//! more than a statement (disk full, time-out, I/O error), the whole group fails and the
//! connection is replaced: nothing of its state is trusted.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{
    runtime::Builder,
    sync::{mpsc, oneshot, watch},
};

use super::{change_log, open::SqliteOptions};
use crate::{
    StorageError, StorageResult, Transaction, migrate,
    revisions::{Revisions, Touched},
    write_unit::WriteUnit,
};

/// Most units in one transaction: it bounds what one failed commit takes with it.
const MAX_GROUP_UNITS: usize = 256;
/// No unit joins a group older than this: it bounds the wait of the first one.
const MAX_GROUP_AGE: Duration = Duration::from_millis(100);

const BEGIN: &str = "BEGIN IMMEDIATE";
const COMMIT: &str = "COMMIT";
const ROLLBACK: &str = "ROLLBACK";
const SAVEPOINT: &str = "SAVEPOINT unit";
/// Keeps what the unit before did.
const RELEASE: &str = "RELEASE unit";
/// Undoes the unit; the savepoint stays for the next one.
const UNDO_UNIT: &str = "ROLLBACK TO unit";

pub(super) type Queue = mpsc::Sender<Box<dyn WriteUnit>>;

/// The state of the writer's thread.
pub(super) struct Writer {
    options: SqliteOptions,
    queue: mpsc::Receiver<Box<dyn WriteUnit>>,
    committed: watch::Sender<i64>,
    revisions: Arc<Revisions>,
    /// Nothing after a failure, until the next group opens a connection.
    transaction: Option<Transaction>,
}

/// Units of the open transaction that want to be committed.
#[derive(Default)]
struct Group {
    units: Vec<Box<dyn WriteUnit>>,
    newest_position: Option<i64>,
    touched: Touched,
    /// Whether the savepoint stands, and whether anything was kept since it was set.
    savepoint: Savepoint,
}

#[derive(Clone, Copy, Default)]
enum Savepoint {
    #[default]
    Missing,
    /// Set, and nothing done since that must stay.
    Fresh,
    /// Set, and what was done since must stay.
    Used,
}

/// What is needed to speak with the writer.
pub(super) struct Desk {
    pub(super) queue: Queue,
    pub(super) committed: watch::Receiver<i64>,
    pub(super) epoch: String,
    pub(super) stop: watch::Sender<bool>,
    /// Done when the thread has closed its connection.
    pub(super) ended: oneshot::Receiver<()>,
}

/// Starts the writer's thread; answers when the database is migrated and open.
///
/// It has a runtime of its own, so that it outlives whichever one the database was opened in.
pub(super) async fn start(
    options: SqliteOptions,
    revisions: Arc<Revisions>,
) -> StorageResult<Desk> {
    let (queue, waiting) = mpsc::channel(options.waiting_units.max(1));
    let (stop, stopped) = watch::channel(false);
    let (opened, opening) = oneshot::channel();
    let (end, ended) = oneshot::channel();
    let failed = |error: io::Error| StorageError::other("starting the writer", error);
    let thread = std::thread::Builder::new().name("database-writer".to_owned());
    let spawned = thread.spawn(move || {
        let runtime = Builder::new_current_thread().enable_time().build();
        match runtime
            .map_err(failed)
            .and_then(|runtime| Ok((runtime, begin(options, waiting, revisions)?)))
        {
            Ok((runtime, (writer, committed, epoch))) => {
                if opened.send(Ok((committed, epoch))).is_ok() {
                    runtime.block_on(writer.run(stopped));
                }
                let _ = end.send(());
            }
            Err(error) => drop(opened.send(Err(error))),
        }
    });
    spawned.map_err(failed)?;
    let (committed, epoch) = opening.await.map_err(|_| StorageError::Panicked)??;
    Ok(Desk { queue, committed, epoch, stop, ended })
}

/// In the writer's thread: opens, migrates, and finds the end of the change log.
fn begin(
    options: SqliteOptions,
    queue: mpsc::Receiver<Box<dyn WriteUnit>>,
    revisions: Arc<Revisions>,
) -> StorageResult<(Writer, watch::Receiver<i64>, String)> {
    options.prepare_file()?;
    let mut connection = options.connect_writer()?;
    migrate::run(&mut connection, migrate::SQLITE)?;
    let epoch = change_log::epoch(&mut connection)?;
    let (committed, follow) = watch::channel(change_log::newest_position(&mut connection)?);
    let transaction = Some(Transaction::new(connection));
    Ok((Writer { options, queue, committed, revisions, transaction }, follow, epoch))
}

impl Writer {
    /// Runs units until the queue is closed and empty, then closes the connection.
    pub(super) async fn run(mut self, mut stop: watch::Receiver<bool>) {
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
        let mut connection = transaction.into_connection();
        // Refreshes the planner's statistics where they have grown stale.
        let optimized = connection.script("PRAGMA optimize");
        if let Err(error) = optimized.and_then(|()| connection.close()) {
            tracing::warn!(%error, "the writing connection did not close in order");
        }
    }

    async fn run_group(&mut self, first: Box<dyn WriteUnit>) {
        let mut group = Group::default();
        let mut transaction = match self.begin() {
            Ok(transaction) => transaction,
            Err(error) => return first.answer(Err(error)),
        };
        match self.fill(&mut group, &mut transaction, first).await {
            Ok(()) => {
                self.transaction = Some(transaction);
                // Before the answers: who has one finds its position published.
                self.revisions.publish(std::mem::take(&mut group.touched));
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

    /// An open transaction on the kept connection or on a new one.
    fn begin(&mut self) -> StorageResult<Transaction> {
        let mut transaction = match self.transaction.take() {
            Some(transaction) => transaction,
            None => Transaction::new(self.options.connect_writer()?),
        };
        match transaction.connection().command(BEGIN) {
            Ok(()) => Ok(transaction),
            Err(StorageError::Busy) => {
                self.transaction = Some(transaction);
                Err(StorageError::Busy)
            }
            Err(error) => Err(error),
        }
    }

    /// Runs the first unit and those that wait behind it, and commits.
    async fn fill(
        &mut self,
        group: &mut Group,
        transaction: &mut Transaction,
        first: Box<dyn WriteUnit>,
    ) -> StorageResult<()> {
        let begun = Instant::now();
        let mut next = Some(first);
        while let Some(unit) = next {
            if !unit.is_abandoned() {
                self.run_unit(group, transaction, unit).await?;
            }
            let has_room = group.units.len() < MAX_GROUP_UNITS && begun.elapsed() < MAX_GROUP_AGE;
            next = if has_room { self.queue.try_recv().ok() } else { None };
        }
        // Committing ends an open savepoint as well.
        let end = if group.units.is_empty() { ROLLBACK } else { COMMIT };
        transaction.connection().command(end)
    }

    async fn run_unit(
        &mut self,
        group: &mut Group,
        transaction: &mut Transaction,
        mut unit: Box<dyn WriteUnit>,
    ) -> StorageResult<()> {
        if let Err(error) = group.protect(transaction) {
            unit.answer(Err(error.clone()));
            return Err(error);
        }
        transaction.begin_unit();
        let run = tokio::time::timeout(self.options.write_limit, unit.run(transaction));
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
            group.keep(unit, transaction);
            return Ok(());
        }
        let undone = group.undo(transaction);
        unit.answer(undone.clone());
        undone
    }

    /// Tells followers of the change log how far they may read.
    fn publish(&self, newest: Option<i64>) {
        let Some(newest) = newest else { return };
        self.committed.send_if_modified(|position| {
            let is_news = newest > *position;
            *position = (*position).max(newest);
            is_news
        });
    }
}

/// Waits for the order to stop; false when nobody is left to give it.
async fn is_stopped(stop: &mut watch::Receiver<bool>) -> bool {
    stop.wait_for(|stop| *stop).await.is_ok()
}

impl Group {
    /// Sees to it that the next unit can be undone alone.
    fn protect(&mut self, transaction: &mut Transaction) -> StorageResult<()> {
        match self.savepoint {
            Savepoint::Missing if self.units.is_empty() => return Ok(()),
            Savepoint::Fresh => return Ok(()),
            Savepoint::Used => transaction.connection().command(RELEASE)?,
            Savepoint::Missing => {}
        }
        transaction.connection().command(SAVEPOINT)?;
        self.savepoint = Savepoint::Fresh;
        Ok(())
    }

    fn keep(&mut self, unit: Box<dyn WriteUnit>, transaction: &mut Transaction) {
        self.units.push(unit);
        self.newest_position = transaction.appended().or(self.newest_position);
        self.touched.append(transaction.take_touched());
        if matches!(self.savepoint, Savepoint::Fresh) {
            self.savepoint = Savepoint::Used;
        }
    }

    /// Undoes the unit that has just run.
    fn undo(&mut self, transaction: &mut Transaction) -> StorageResult<()> {
        if matches!(self.savepoint, Savepoint::Missing) {
            // Nothing else is in the transaction: begin it anew.
            transaction.connection().command(ROLLBACK)?;
            return transaction.connection().command(BEGIN);
        }
        transaction.connection().command(UNDO_UNIT)
    }
}
