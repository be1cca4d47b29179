//! A copy of a database's file as it is at one moment, made while it is written.
//!
//! One read transaction holds the moment. The pages go over in small rounds with pauses, and each
//! round is on the disk before the next one begins: a commit that falls between them never waits for
//! much. As long as that transaction stands, what is written meanwhile stays in the log, which grows;
//! so the size of the log is watched. When it has grown large there are no more pauses, and before it
//! takes the room that the database needs, the copy is given up.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError, Sender, channel},
    },
    time::{Duration, Instant},
};

use rusqlite::{
    Connection, OpenFlags,
    backup::{Backup, StepResult},
};
use tokio::sync::oneshot;

use super::{deadline::Deadline, open::SqliteOptions};
use crate::{
    StorageError, StorageResult,
    backup::CopyProgress,
    constraint,
    patient_thread::{self, Patience},
    room,
};

/// Pages of one step; the database's lock on pages that are read is held for as long as that.
const STEP_PAGES: i32 = 128;
/// Steps of a round, after which the copy is flushed: 4 MiB.
const ROUND_STEPS: usize = 8;
/// A pause is a third as long as the round before it, up to this: the longer the copy takes, the more
/// there is in the log that has to be written back afterwards.
const LONGEST_PAUSE: Duration = Duration::from_millis(50);
/// Bytes of the log at which there are no more pauses.
const LARGE_LOG: u64 = 1 << 30;
/// Bytes of the log at which the copy is given up, unless the file itself is larger.
const TOO_LARGE_LOG: u64 = 8 << 30;
/// Free bytes of the disk below which the copy is given up.
const LEAST_ROOM: u64 = 128 << 20;
/// Page cache of the copy, in KiB: every page is written once.
const COPY_CACHE: &str = "-2000";
/// Between two tries at pages that another holds.
const WHILE_BUSY: Duration = Duration::from_millis(5);

/// A read transaction on a file, of which a copy is to be made.
pub(crate) struct OnlineCopy {
    source: Connection,
    options: SqliteOptions,
}

impl OnlineCopy {
    /// Chooses the moment.
    pub(crate) fn begin(options: &SqliteOptions) -> StorageResult<Self> {
        // Every page is read once: mapped ones would count as the process's memory.
        let options = SqliteOptions { memory_map: 0, ..options.clone() };
        let source = options.connect_in_thread(&Deadline::new())?;
        source
            .execute_batch("BEGIN; SELECT count(*) FROM sqlite_master")
            .map_err(|error| constraint::from_rusqlite("beginning to copy", error))?;
        Ok(Self { source, options })
    }

    /// The connection that sees the moment.
    pub(crate) fn source(&self) -> &Connection {
        &self.source
    }

    /// Writes the copy into a new file. It is on the disk when this ends.
    ///
    /// It takes the thread for as long as it needs; `alive` ends it early.
    pub(crate) fn write(
        self,
        to: &Path,
        alive: &Receiver<()>,
        progress: &CopyProgress,
    ) -> StorageResult<()> {
        let failed = |error| StorageError::other("copying the database", error);
        let file = File::create_new(to).map_err(failed)?;
        let mut target = new_database(to)?;
        let copied = self.copy(&mut target, &file, alive, progress);
        let closed = target
            .close()
            .map_err(|(_, error)| constraint::from_rusqlite("closing the copy", error));
        copied?;
        closed?;
        file.sync_all().map_err(failed)
    }

    fn copy(
        &self,
        target: &mut Connection,
        file: &File,
        alive: &Receiver<()>,
        progress: &CopyProgress,
    ) -> StorageResult<()> {
        let failed = |error| constraint::from_rusqlite("copying the database", error);
        let backup = Backup::new(&self.source, target).map_err(failed)?;
        let mut told = false;
        loop {
            let begun = Instant::now();
            for _ in 0..ROUND_STEPS {
                match backup.step(STEP_PAGES).map_err(failed)? {
                    StepResult::Done => return Ok(()),
                    StepResult::More => {}
                    _ => wait(alive, WHILE_BUSY)?,
                }
            }
            file.sync_data().map_err(|error| StorageError::other("copying the database", error))?;
            let pages = backup.progress();
            let all = u64::try_from(pages.pagecount).unwrap_or_default();
            let left = u64::try_from(pages.remaining).unwrap_or_default();
            progress(all.saturating_sub(left), all);
            let log = self.look_at_log(all)?;
            if log < LARGE_LOG {
                wait(alive, (begun.elapsed() / 3).min(LONGEST_PAUSE))?;
            } else {
                if !told {
                    tracing::warn!(log_bytes = log, "the database's log grows while it is copied");
                    told = true;
                }
                wait(alive, Duration::ZERO)?;
            }
        }
    }

    /// The size of the log, unless it is so large that the copy must be given up.
    fn look_at_log(&self, pages: u64) -> StorageResult<u64> {
        let log = fs::metadata(log_of(&self.options.file())).map_or(0, |found| found.len());
        let no_room = || {
            let why = "the database was written faster than it could be copied";
            StorageError::Full(Arc::from(Box::<dyn std::error::Error + Send + Sync>::from(why)))
        };
        // A page has 4 KiB.
        if log > TOO_LARGE_LOG.max(pages.saturating_mul(4_096)) {
            return Err(no_room());
        }
        match room::free_bytes(&self.options.directory) {
            Some(free) if free < LEAST_ROOM => Err(no_room()),
            _ => Ok(log),
        }
    }
}

/// Runs something in a thread of low priority that can be ended by going away.
pub(crate) async fn in_patient_thread<T: Send + 'static>(
    name: &str,
    patience: Patience,
    deed: impl FnOnce(&Receiver<()>) -> StorageResult<T> + Send + 'static,
) -> StorageResult<T> {
    let (_alive, ended): (Sender<()>, _) = channel();
    let (answer, done) = oneshot::channel();
    patient_thread::start(name, patience, move || {
        // Nobody may wait for it any more.
        let _ = answer.send(deed(&ended));
    })
    .map_err(|error| StorageError::other("starting a thread", error))?;
    done.await.map_err(|_| StorageError::Panicked)?
}

/// Waits, unless nobody waits for the copy any more.
fn wait(alive: &Receiver<()>, pause: Duration) -> StorageResult<()> {
    match alive.recv_timeout(pause) {
        Err(RecvTimeoutError::Disconnected) => Err(StorageError::Closed),
        _ => Ok(()),
    }
}

/// A database that nobody reads before it is whole: nothing is kept for undoing, nothing is flushed.
fn new_database(file: &Path) -> StorageResult<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let connection = Connection::open_with_flags(file, flags)?;
        connection.pragma_update(None, "journal_mode", "off")?;
        connection.pragma_update(None, "synchronous", "off")?;
        connection.pragma_update(None, "locking_mode", "exclusive")?;
        connection.pragma_update(None, "cache_size", COPY_CACHE)?;
        Ok(connection)
    };
    open().map_err(|error| constraint::from_rusqlite("making the copy", error))
}

fn log_of(file: &Path) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push("-wal");
    path.into()
}
