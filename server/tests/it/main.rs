//! The server's integration tests: one binary, one module for each resource, through real HTTP.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that can't go on has failed"
)]

mod access;
mod auth;
mod backups;
mod batch;
mod cli;
mod collections;
mod conformance;
mod console;
mod dice;
mod durability;
mod everything;
mod files;
mod fuzz;
mod health;
mod hostile;
mod import;
mod jobs;
mod limits;
mod logs;
mod nodes;
mod odd_ranges;
mod outages;
mod permissions;
mod public;
mod realtime_sse;
mod realtime_ws;
mod records;
mod restore;
mod routes;
mod sdk_js;
mod sdk_rust;
mod settings;
mod sql;
mod transfer;
