//! What the tests stand on: a real server on a free port with a data folder of its own, clients
//! for each kind of caller, a clock that tests move, and the binary as a process.
//!
//! For tests alone: it panics where something that must work does not.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on has failed"
)]

mod answer;
mod binary;
mod caller;
mod clock;
mod mail;
mod s3;
mod server;
mod socket;
mod store;

pub use underpin_server::config::Config;

pub use self::{
    answer::Answer,
    binary::{Binary, binary_path},
    caller::Caller,
    clock::ManualClock,
    mail::{MailServer, Manners, Taken},
    s3::S3Server,
    server::TestServer,
    socket::Socket,
    store::{Store, is_on_postgres},
};
