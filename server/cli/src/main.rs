//! The binary `underpin`.

use std::process::ExitCode;

use clap::Parser;
use underpin_server::{args::Args, commands};

fn main() -> ExitCode {
    commands::run(Args::parse())
}
