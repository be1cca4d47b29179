//! PostgreSQL, shared by any number of nodes.
//!
//! # Writes
//! Each node has one writer, as on SQLite, and the transaction of a group begins with a lock that
//! one writer of all nodes holds until its commit. So all writes of all nodes are serial: what a
//! unit has checked holds when it writes, and positions of the change log are given out in the
//! order of commits, without gaps. Whoever reads the log asks for `position > p` and nothing else.
//!
//! The price is that one group is written at a time in the cluster. Group commit makes up for most
//! of it: the more units wait, the more share one lock, one flush and one commit. A node that
//! vanishes holds the lock until the server notices, [`PostgresOptions::idle_limit`] at most.
//!
//! # Statements that fail
//! After a failed statement PostgreSQL takes nothing more in a transaction. SQLite goes on, and so
//! do units here: what the unit has written is written again after its savepoint. That costs
//! something when a unit goes on after a failure, which is rare, and nothing otherwise.
//!
//! # Reads
//! They are statements of their own, on connections that can't write, under a time limit that the
//! server keeps.

mod change_log;
mod columns;
pub(crate) mod complaint;
mod console;
mod database;
pub(crate) mod decode;
mod describe;
mod exchange;
mod follower;
mod functions;
mod index;
mod load;
#[cfg(test)]
mod nodes;
mod numeric;
mod open;
mod outcome;
mod readers;
mod snapshot;
mod table_change;
#[cfg(test)]
mod tests;
mod view;
mod view_names;
mod write_connection;

pub use self::open::PostgresOptions;
pub(crate) use self::{
    columns::{ROW_ORDER, columns_of},
    database::PostgresDatabase,
    open::{Opener, Purpose},
    readers::Readers,
    snapshot::{PostgresSnapshot, relations},
    write_connection::{GROUP_UNITS, PostgresWriter},
};
