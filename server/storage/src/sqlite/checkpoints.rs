//! Writing the log back into the database's file, beside the writer.
//!
//! A commit goes to the log. Writing that back takes two syncs and more work than most commits:
//! done by the writer, it would keep whoever comes next waiting. So a thread of its own does it.
//! Where that can't keep up the writer does it after all, so that the log stays bounded. It does not
//! where a reader of an old moment, such as a backup, has kept the log from being written back: then
//! there is more of it than any writer should wait for, and the thread catches up first.

use std::{
    cell::Cell,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread::JoinHandle,
};

use rusqlite::{Connection, OpenFlags, Result, hooks::Wal};

/// Pages that come to the log between two times at which it is written back, where the same ones are
/// written again and again: each goes back once. Looking one up in a log up to here is cheap.
pub(super) const SELDOM: i32 = 4_000;
/// The same where they are mostly new ones: so little that nobody who writes to the disk waits for it.
pub(super) const OFTEN: i32 = 1_000;
/// Pages of the log at which the writer waits until it is written back: 64 MiB.
const MAX_PAGES: i32 = 16_000;
/// How often the thread tries to catch up before the writer has to wait after all.
const MOST_TIMES: usize = 50;
const WRITE_BACK: &str = "PRAGMA wal_checkpoint(PASSIVE)";

thread_local! {
    /// Pages in the log after the last commit of this thread's connection.
    static PAGES: Cell<i32> = const { Cell::new(0) };
}

/// Has the log of a file written back.
pub(super) struct Checkpoints {
    file: PathBuf,
    pages_between: i32,
    /// Pages of the log at which it is to be written back again.
    due_at: i32,
    /// Pages of the log behind the last commit.
    before: i32,
    /// Whether a reader has held the log for so long that the thread has to catch up.
    is_behind: Arc<AtomicBool>,
    helper: Option<Helper>,
}

/// The thread that does it, once there was need of it.
struct Helper {
    wake: SyncSender<()>,
    thread: JoinHandle<()>,
}

impl Checkpoints {
    /// For the connection that writes, in the thread that uses it.
    pub(super) fn of(writer: &Connection, file: PathBuf, pages_between: i32) -> Self {
        writer.wal_hook(Some(count));
        let (before, is_behind, helper) = (0, Arc::default(), None);
        Self { file, pages_between, due_at: pages_between, before, is_behind, helper }
    }

    /// Has the log written back when there is enough of it. To be told behind each commit.
    pub(super) fn committed(&mut self, writer: &Connection) {
        let pages = PAGES.get();
        // Not at once: the thread gets its chance with what one large transaction has written.
        let was_long = std::mem::replace(&mut self.before, pages) >= MAX_PAGES;
        if was_long && pages >= MAX_PAGES && !self.is_behind.load(Ordering::Acquire) {
            // Another may be at it, or a reader in the way: then the next commit tries again.
            let _ = writer.query_row(WRITE_BACK, [], |_| Ok(()));
        }
        // It begins anew when all of it was written back.
        if pages < self.due_at - self.pages_between {
            self.due_at = self.pages_between;
        }
        if pages < self.due_at {
            return;
        }
        self.due_at = pages + self.pages_between;
        if self.helper.is_none() {
            self.helper = start(self.file.clone(), Arc::clone(&self.is_behind));
        }
        if let Some(helper) = &self.helper {
            // One that is awake looks at all there is.
            let _ = helper.wake.try_send(());
        }
    }
}

impl Drop for Checkpoints {
    /// The last connection to close leaves no log behind: that is to be the writer's.
    fn drop(&mut self) {
        let Some(Helper { wake, thread }) = self.helper.take() else { return };
        drop(wake);
        let _ = thread.join();
    }
}

/// Called by SQLite after each commit.
fn count(_: &Wal, pages: i32) -> Result<()> {
    PAGES.set(pages);
    Ok(())
}

/// Without the thread the writer does its work.
fn start(file: PathBuf, is_behind: Arc<AtomicBool>) -> Option<Helper> {
    let (wake, woken) = sync_channel(1);
    let name = "database-log".to_owned();
    let started =
        std::thread::Builder::new().name(name).spawn(move || help(file, &woken, &is_behind));
    match started {
        Ok(thread) => Some(Helper { wake, thread }),
        Err(error) => {
            tracing::warn!(%error, "nobody writes the database's log back beside the writer");
            None
        }
    }
}

fn help(file: PathBuf, woken: &Receiver<()>, is_behind: &AtomicBool) {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let open = || {
        let connection = Connection::open_with_flags(file, flags)?;
        // What is written back is on the disk before the log begins anew.
        connection.pragma_update(None, "synchronous", "full")?;
        Ok::<_, rusqlite::Error>(connection)
    };
    let connection = match open() {
        Ok(connection) => connection,
        Err(error) => {
            tracing::warn!(%error, "the database's log can't be written back beside the writer");
            return;
        }
    };
    while woken.recv().is_ok() {
        if let Err(error) = write_back(&connection, is_behind) {
            tracing::warn!(%error, "the database's log was not written back");
        }
    }
}

/// Writes the log back; again and again where there was much of it, until what has come meanwhile is
/// little enough for the writer.
fn write_back(connection: &Connection, is_behind: &AtomicBool) -> Result<()> {
    let mut before = 0;
    for _ in 0..MOST_TIMES {
        let (is_busy, pages, written) = connection.query_row(WRITE_BACK, [], |row| {
            Ok((row.get::<_, bool>(0)?, row.get::<_, i32>(1)?, row.get::<_, i32>(2)?))
        })?;
        if is_busy {
            // Another one is at it.
            return Ok(());
        }
        if written < pages {
            // A reader is in the way.
            is_behind.fetch_or(pages >= MAX_PAGES, Ordering::AcqRel);
            return Ok(());
        }
        let is_little = pages.saturating_sub(before) < SELDOM;
        if is_little || !is_behind.load(Ordering::Acquire) {
            break;
        }
        before = pages;
    }
    is_behind.store(false, Ordering::Release);
    Ok(())
}
