//! The commands.

mod outcome;
mod serve;
mod superuser;

use std::{process::ExitCode, sync::Arc};

use anyhow::Context;
use underpin_model::clock::SystemClock;

use crate::{
    args::{Args, Command},
    assemble::{Outside, assemble},
    config::Config,
    logging,
};

/// Carries out a command; the exit code says how it went.
pub fn run(args: Args) -> ExitCode {
    let mut config = match Config::read(&args.shared) {
        Ok(config) => config,
        Err(error) => return outcome::wrong_usage(&error),
    };
    if let Command::Serve(flags) = &args.command
        && let Err(error) = config.serve_as(flags)
    {
        return outcome::wrong_usage(&error);
    }
    if let Err(error) = logging::start(&config.log) {
        return outcome::wrong_usage(&error);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = runtime
        .context("the runtime can't be started")
        .and_then(|runtime| runtime.block_on(carry_out(args.command, config)));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => outcome::failed(&error),
    }
}

async fn carry_out(command: Command, config: Config) -> anyhow::Result<()> {
    let outside = Outside { clock: Arc::new(SystemClock) };
    match command {
        Command::Serve(_) => serve::serve(&config, outside).await,
        Command::Superuser(what) => {
            let backend = assemble(&config, outside).await?;
            let result = superuser::carry_out(&backend, what).await;
            backend.database.close().await;
            result
        }
        Command::Migrate => {
            let backend = assemble(&config, outside).await?;
            backend.database.close().await;
            outcome::say("The database is at this version.")
        }
    }
}
