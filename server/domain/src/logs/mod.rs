//! The log of requests and of the server's own messages, for superusers to read.
//!
//! Whoever logs puts an entry into a bounded queue and goes on at once; a task writes what has
//! gathered there in batches. When the queue is full, entries are dropped and counted, and the log
//! tells how many. Nothing in here may log through the log: what it has to say of itself has the
//! target [`OWN_TARGET`].
//!
//! What is logged passes `clean` first: no token, password or other secret, no sign that would
//! make one line into two, and nothing of any length.

mod clean;
mod desk;
mod entry;
mod imported;
mod list;
mod queue;
mod shape;
mod stats;
mod trim;

pub use self::{
    clean::without_tokens,
    desk::{LogCaps, Logs},
    entry::{AnsweredRequest, Failure, Level, note, request},
    list::{list, view},
    stats::stats,
    trim::{clean_up, clear, tidy_up},
};
pub(crate) use self::{entry::kept, imported::imported};

/// The target of what the log says of itself; it is written to standard error alone.
pub const OWN_TARGET: &str = "underpin::logs";
