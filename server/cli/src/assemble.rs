//! Puts the parts together: the one place, for the binary and for tests alike.

use std::{sync::Arc, time::Duration};

use anyhow::Context;
use underpin_credentials::{PasswordCost, PasswordHasher};
use underpin_domain::{
    Backend,
    backups::BackupDesk,
    jobs::Jobs,
    limits::Limiter,
    logs::{LogCaps, Logs},
    mail::Mailer,
    realtime::Hub,
    records::Totals,
    schema::{self, Registry},
    settings::{LiveSettings, place_backups, place_files},
};
use underpin_files::FileStore;
use underpin_http::{Running, ServerOptions};
use underpin_model::clock::Clock;

use crate::{config::Config, database, housekeeping, settings_key};

/// What production takes from the world and tests replace.
pub struct Outside {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Opens the data directory, brings the database to this version and makes what is missing.
///
/// # Errors
/// The database can't be opened or migrated; the message says why.
pub async fn assemble(config: &Config, outside: Outside) -> anyhow::Result<Arc<Backend>> {
    let database = database::open(config).await?;
    let files = FileStore::local(&config.data_dir.join("storage"))
        .context("the folder for files can't be used")?;
    let cost = PasswordCost {
        memory_kib: config.password.memory_kib,
        passes: config.password.passes,
        lanes: 1,
    };
    let passwords = PasswordHasher::new(cost, config.hashing_threads())
        .context("the configured cost of passwords can't be used")?;
    let key = settings_key::find(config, &database).await?;
    let settings = LiveSettings::load(&database, key, outside.clock.now()).await;
    let settings = settings.context("the settings can't be used")?;
    place_files(&files, &settings.current()).context("the files' bucket can't be used")?;
    let backups =
        BackupDesk::open(&config.data_dir).context("the folder for backups can't be used")?;
    place_backups(backups.store(), &settings.current())
        .context("the backups' bucket can't be used")?;
    let caps = LogCaps {
        rows: config.logs.keep_rows,
        bytes: config.logs.keep_megabytes.saturating_mul(1024 * 1024),
    };
    let logs = Logs::open(&database, Arc::clone(&outside.clock), caps)
        .await
        .context("the database of the log can't be used")?;
    let snapshot = schema::load(&database).await?;
    let hub = Hub::new(database.change_epoch().to_owned(), database.last_position().await?);
    let mailer = Mailer::new(settings.watch(), Arc::clone(&outside.clock));
    let backend = Arc::new(Backend {
        database,
        settings,
        jobs: Jobs::default(),
        logs,
        mailer,
        schema: Arc::new(Registry::new(snapshot)),
        files,
        backups,
        passwords,
        clock: outside.clock,
        limiter: Limiter::default(),
        totals: Totals::default(),
        hub: Arc::new(hub),
    });
    schema::ensure_system_collections(&backend).await.context("making the system collections")?;
    Ok(backend)
}

/// Starts to serve, with everything that runs beside.
///
/// # Errors
/// The address can't be had.
pub fn serve(config: &Config, backend: &Arc<Backend>) -> anyhow::Result<Running> {
    backend.backups.clean_up();
    housekeeping::register(backend, &config.changes);
    let options = ServerOptions {
        listen: config.listen,
        workers: config.worker_threads(),
        drain: Duration::from_secs(config.drain_seconds),
        origins: config.origins.clone(),
        trusted_proxies: config.trusted_proxies.clone(),
        public_dir: config.public_dir.clone(),
        index_fallback: config.index_fallback,
    };
    let running = underpin_http::start(Arc::clone(backend), &options)
        .with_context(|| format!("can't listen on {}", config.listen))?;
    housekeeping::start(backend);
    Ok(running)
}
