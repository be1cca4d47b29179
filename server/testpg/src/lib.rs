//! A real PostgreSQL for tests: Debian's programs, in a temporary folder, on a free loopback port.
//!
//! [`TestDatabase::create`] gives a fresh database. The server is started once a process, and ends
//! with it; `UNDERPIN_TEST_POSTGRES` names one that runs already (`postgres://user@host:port`),
//! which is quicker where each test is a process of its own.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that has no database has failed")]

mod cluster;
mod database;

pub use self::{cluster::Cluster, database::TestDatabase};
