//! SQLite: one writer with group commit, a pool of readers, and reads in the caller's thread.
//!
//! Everything goes through rusqlite: the writer has a thread of its own, reads by primary key run
//! in the thread that asks, and whatever may scan runs on the runtime's threads for blocking work.

mod binding;
mod cache;
mod checkpoints;
#[cfg(test)]
mod crash;
mod database;
mod deadline;
mod holders;
mod item_lists;
mod like;
mod online_copy;
mod open;
mod read_connection;
mod readers;
pub(crate) mod reading;
mod row_functions;
mod snapshot;
#[cfg(test)]
mod tests;
mod thread_reader;
mod write_connection;

pub use self::open::SqliteOptions;
pub(crate) use self::{
    database::SqliteDatabase,
    online_copy::{OnlineCopy, in_patient_thread},
    readers::Readers,
    snapshot::SqliteSnapshot,
    write_connection::{COMMIT, GROUP_UNITS, ROLLBACK, SqliteWriter, UNDO_UNIT},
};
