//! SQLite: one writer with group commit, a pool of readers, and reads in the caller's thread.

mod connection;
mod database;
mod deadline;
mod open;
mod readers;
#[cfg(test)]
mod tests;
mod thread_reader;
mod writer;

pub use self::open::SqliteOptions;
pub(crate) use self::{connection::Connection, database::SqliteDatabase};
