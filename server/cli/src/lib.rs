//! The command line: configuration, assembly, commands. The only floor that reads the
//! environment.

pub mod args;
pub mod assemble;
pub mod commands;
pub mod config;
mod database;
pub mod housekeeping;
pub mod logging;
mod place;
pub mod server;
mod settings_key;
