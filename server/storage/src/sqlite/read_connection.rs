//! A reading connection of the pool: runs selects under a time limit.

use super::{deadline::Deadline, open::SqliteOptions};
use crate::{StorageResult, constraint};

/// A connection whose statements end when their time is over or nobody waits for them.
pub(super) struct ReadConnection {
    connection: rusqlite::Connection,
    deadline: Deadline,
}

impl ReadConnection {
    pub(super) fn open(options: &SqliteOptions) -> StorageResult<Self> {
        let deadline = Deadline::new();
        let connection = options.connect_reader(&deadline)?;
        Ok(Self { connection, deadline })
    }

    /// What ends its running statement.
    pub(super) fn deadline(&self) -> Deadline {
        self.deadline.clone()
    }

    /// Does something with it, under the time limit of reads.
    pub(super) fn read<T>(
        &self,
        options: &SqliteOptions,
        deed: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>,
    ) -> StorageResult<T> {
        self.deadline.set(options.read_limit);
        let done = deed(&self.connection);
        self.deadline.clear();
        done.map_err(|error| constraint::from_rusqlite("reading", error))
    }

    /// Ends the connection in order, so that its log is written back.
    pub(super) fn close(self) -> StorageResult<()> {
        let closed = self.connection.close();
        closed.map_err(|(_, error)| constraint::from_rusqlite("closing", error))
    }
}
