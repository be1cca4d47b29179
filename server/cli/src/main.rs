//! The binary `underpin`.

use std::process::ExitCode;

use clap::Parser;
use underpin_server::{args::Args, commands};

/// Many small allocations on many threads: this allocator is made for them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    commands::run(Args::parse())
}
