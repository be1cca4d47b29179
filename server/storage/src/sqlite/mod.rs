//! SQLite: one writer with group commit, a pool of readers, and reads in the caller's thread.
//!
//! The writer and the reads by primary key use rusqlite in their own thread, everything that may
//! scan uses sqlx, whose connections have threads of their own. Both share one SQLite library.

mod binding;
#[cfg(test)]
mod crash;
mod database;
mod deadline;
mod open;
mod read_connection;
mod readers;
#[cfg(test)]
mod tests;
mod thread_reader;
mod write_connection;

pub use self::open::SqliteOptions;
pub(crate) use self::{
    database::SqliteDatabase,
    write_connection::{COMMIT, GROUP_UNITS, ROLLBACK, SqliteWriter, UNDO_UNIT},
};
