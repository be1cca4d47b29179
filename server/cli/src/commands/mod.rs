//! The commands.

mod backup;
mod import_pocketbase;
mod migrate_data;
mod moving;
mod outcome;
mod restore;
mod serve;
mod superuser;

use std::{process::ExitCode, sync::Arc};

use anyhow::Context;
use underpin_domain::{Backend, settings};
use underpin_model::clock::SystemClock;

use crate::{
    args::{Args, Backup, Command, Import, Settings},
    assemble::{Outside, assemble, home},
    config::Config,
    database,
    logging::{self, Feed},
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
    let feed = match logging::start(&config.log) {
        Ok(feed) => feed,
        Err(error) => return outcome::wrong_usage(&error),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let result = runtime
        .context("the runtime can't be started")
        .and_then(|runtime| runtime.block_on(carry_out(args.command, config, feed)));
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => outcome::failed(&error),
    }
}

async fn carry_out(command: Command, config: Config, feed: Feed) -> anyhow::Result<()> {
    let outside = Outside { clock: Arc::new(SystemClock) };
    match command {
        Command::Serve(_) => serve::serve(&config, outside, &feed).await,
        Command::Superuser(what) => {
            let backend = assemble(&config, outside).await?;
            let result = superuser::carry_out(&backend, what).await;
            close(&backend).await;
            result
        }
        Command::Settings(Settings::ForgetSecrets) => {
            // Without the key nothing is assembled.
            let home = home(&config);
            let _share = home.share().await.context("the data folder can't be used")?;
            let is_under_way = home.is_under_way().context("the data folder can't be used")?;
            anyhow::ensure!(!is_under_way, "a restore is under way: `underpin serve` ends it");
            let database = database::open(&config).await?;
            let done = settings::forget_secrets(&database, outside.clock.now()).await;
            database.close().await;
            done?;
            outcome::say("The settings hold no passwords any more. Set them again.")
        }
        Command::Migrate => {
            let backend = assemble(&config, outside).await?;
            close(&backend).await;
            outcome::say("The database is at this version.")
        }
        Command::Import(Import::Pocketbase(what)) => {
            import_pocketbase::carry_out(&what, &config, outside.clock.as_ref()).await
        }
        Command::Backup(Backup::Restore { file }) => {
            restore::carry_out(&file, &config, outside).await
        }
        Command::Backup(Backup::Verify { file }) => backup::verify(&config, &file).await,
        Command::Backup(what) => {
            let backend = assemble(&config, outside).await?;
            let result = match &what {
                Backup::Create { name } => backup::create(&backend, name.as_deref()).await,
                Backup::List | Backup::Verify { .. } | Backup::Restore { .. } => {
                    backup::list(&backend).await
                }
            };
            close(&backend).await;
            result
        }
        Command::MigrateData(what) => migrate_data::carry_out(&what).await,
    }
}

async fn close(backend: &Backend) {
    backend.logs.close().await;
    backend.database.close().await;
}
