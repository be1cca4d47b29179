//! Where the file lies and how a connection to it is set up.

use std::{
    fs, io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use rusqlite::OpenFlags;

use super::{
    cache::Cache,
    checkpoints::{self, Checkpoints},
    deadline::{Deadline, STEPS_BETWEEN_LOOKS},
    like, row_functions,
    write_connection::SqliteWriter,
};
use crate::{StorageError, StorageResult, constraint};

/// The records' file in its directory.
const FILE_NAME: &str = "data.db";
/// Page cache of the writing connection, in KiB (SQLite takes it as a negative number).
const WRITER_CACHE: &str = "-32000";
/// Page cache of a reading connection; pages are shared through the memory map besides.
const READER_CACHE: &str = "-8000";
/// How much of the file is read through the memory map, in bytes.
const MEMORY_MAP: u32 = 268_435_456;
/// The log is cut to this size after a checkpoint, in bytes.
const LOG_SIZE_LIMIT: &str = "67108864";
/// Between two tries at a file that another holds.
const BETWEEN_TRIES: Duration = Duration::from_millis(5);
/// Prepared statements kept by a connection.
const KEPT_STATEMENTS: usize = 512;

/// How a writing connection keeps what it writes.
struct Durability {
    auto_vacuum: &'static str,
    synchronous: &'static str,
    cache: &'static str,
    /// As for [`Checkpoints::of`].
    pages_between: i32,
}

const DURABLE: Durability = Durability {
    auto_vacuum: "none",
    synchronous: "full",
    cache: WRITER_CACHE,
    pages_between: checkpoints::SELDOM,
};
const CHEAP: Durability = Durability {
    auto_vacuum: "incremental",
    synchronous: "normal",
    cache: READER_CACHE,
    pages_between: checkpoints::OFTEN,
};

/// How to open a SQLite database.
#[derive(Clone, Debug)]
pub struct SqliteOptions {
    /// The directory of the file; made if missing.
    pub directory: PathBuf,
    /// The file's name.
    pub file_name: &'static str,
    /// Reading connections beside the writing one.
    pub readers: usize,
    /// How long one reading statement may take.
    pub read_limit: Duration,
    /// How long one writing statement or write unit may take. Changing a large table takes time.
    pub write_limit: Duration,
    /// How long to wait for another process that holds the database, or for a free reader.
    pub busy_limit: Duration,
    /// Write units that may wait; further callers wait for a place.
    pub waiting_units: usize,
    /// How much of the file is read through the memory map, in bytes.
    pub memory_map: u32,
    /// Whether a database that holds half of a project is opened, for the other half.
    pub accepts_half_moved: bool,
}

impl SqliteOptions {
    /// The defaults for a directory.
    pub fn in_directory(directory: impl Into<PathBuf>) -> Self {
        Self {
            directory: directory.into(),
            file_name: FILE_NAME,
            readers: std::thread::available_parallelism().map_or(4, usize::from).clamp(4, 16),
            read_limit: Duration::from_secs(30),
            write_limit: Duration::from_secs(300),
            busy_limit: Duration::from_secs(10),
            waiting_units: 1_024,
            memory_map: MEMORY_MAP,
            accepts_half_moved: false,
        }
    }

    pub(super) fn file(&self) -> PathBuf {
        self.directory.join(self.file_name)
    }

    /// Whether there is nothing: no file, or one without anything in it.
    pub(crate) fn is_unused(&self) -> bool {
        fs::metadata(self.file()).is_ok_and(|file| file.len() == 0) || !self.file().exists()
    }

    /// Makes directory and file, readable by their owner alone, if they are missing.
    pub(crate) fn prepare_file(&self) -> StorageResult<()> {
        make_directory(&self.directory)
            .map_err(|error| StorageError::other("making the data directory", error))?;
        make_file(&self.file()).map_err(|error| StorageError::other("making the file", error))
    }

    /// The connection that writes, for the thread that asks.
    pub(crate) fn connect_writer(&self) -> StorageResult<SqliteWriter> {
        self.connect_to_write(DURABLE)
    }

    /// The connection that writes the log: a commit does not wait for the disk, and the file can
    /// give back the room of what was removed.
    pub(crate) fn connect_log_writer(&self) -> StorageResult<SqliteWriter> {
        self.connect_to_write(CHEAP)
    }

    fn connect_to_write(&self, how: Durability) -> StorageResult<SqliteWriter> {
        let deadline = Deadline::new();
        let open = || {
            let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let connection = self.connect_here(flags, &deadline)?;
            // Counts as long as the file is empty.
            connection.pragma_update(None, "auto_vacuum", how.auto_vacuum)?;
            connection.pragma_update(None, "journal_mode", "wal")?;
            connection.pragma_update(None, "synchronous", how.synchronous)?;
            connection.pragma_update(None, "journal_size_limit", LOG_SIZE_LIMIT)?;
            connection.pragma_update(None, "cache_size", how.cache)?;
            row_functions::install(&connection)?;
            Ok(connection)
        };
        let connection = self
            .while_busy(open)
            .map_err(|error| constraint::from_rusqlite("opening the database file", error))?;
        let (cache, checkpoints) =
            (Cache::of(how.cache), Checkpoints::of(&connection, self.file(), how.pages_between));
        Ok(SqliteWriter::new(connection, deadline, self.write_limit, cache, checkpoints))
    }

    /// Opens again while others are in the way. SQLite itself does not wait where it fears that two
    /// wait for each other, as when two make one file a database with a log.
    fn while_busy<T>(&self, open: impl Fn() -> rusqlite::Result<T>) -> rusqlite::Result<T> {
        let until = Instant::now() + self.busy_limit;
        loop {
            match open() {
                Err(error) if is_busy(&error) && Instant::now() < until => pause(),
                done => return done,
            }
        }
    }

    /// A connection of the pool that only reads.
    pub(super) fn connect_reader(
        &self,
        deadline: &Deadline,
    ) -> StorageResult<rusqlite::Connection> {
        let connection = self.connect_in_thread(deadline)?;
        connection
            .pragma_update(None, "cache_size", READER_CACHE)
            .map_err(|error| constraint::from_rusqlite("opening a reader", error))?;
        Ok(connection)
    }

    /// A connection that only reads, in the thread that asks.
    pub(super) fn connect_in_thread(
        &self,
        deadline: &Deadline,
    ) -> StorageResult<rusqlite::Connection> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        self.connect_here(flags, deadline)
            .map_err(|error| constraint::from_rusqlite("opening a reader in its thread", error))
    }

    fn connect_here(
        &self,
        flags: OpenFlags,
        deadline: &Deadline,
    ) -> rusqlite::Result<rusqlite::Connection> {
        let connection = rusqlite::Connection::open_with_flags(self.file(), flags)?;
        connection.busy_timeout(self.busy_limit)?;
        connection.pragma_update(None, "mmap_size", self.memory_map)?;
        connection.pragma_update(None, "temp_store", "memory")?;
        connection.pragma_update(None, "trusted_schema", "off")?;
        connection.pragma_update(None, "foreign_keys", "off")?;
        connection.set_prepared_statement_cache_capacity(KEPT_STATEMENTS);
        like::install(&connection, deadline)?;
        let deadline = deadline.clone();
        connection.progress_handler(STEPS_BETWEEN_LOOKS, Some(move || deadline.has_passed()))?;
        Ok(connection)
    }
}

#[expect(clippy::disallowed_methods, reason = "the writer's own thread, not a worker's")]
fn pause() {
    thread::sleep(BETWEEN_TRIES);
}

fn is_busy(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(rusqlite::ErrorCode::DatabaseBusy)
}

#[cfg(unix)]
fn make_directory(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make_directory(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// SQLite gives the log and its index the mode of this file.
fn make_file(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}
