//! SQLite: one writer with group commit, a pool of readers, and reads in the caller's thread.

mod connection;
mod database;
mod deadline;
mod open;
mod readers;
mod thread_reader;
mod writer;

pub(crate) use self::{connection::Connection, database::SqliteDatabase};
pub use self::open::SqliteOptions;
