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
    restore::{Home, Process, Restoring, Standing},
    schema::{self, Registry},
    settings::{LiveSettings, place_backups, place_files},
};
use underpin_files::FileStore;
use underpin_http::ServerOptions;
use underpin_model::clock::Clock;
use underpin_storage::{Database, transfer::Place};

use crate::{
    config::Config,
    database, housekeeping,
    server::{Server, Told},
    settings_key,
};

/// What production takes from the world and tests replace.
#[derive(Clone)]
pub struct Outside {
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
}

/// Opens the data directory, brings the database to this version and makes what is missing. A
/// restore that was interrupted is gone on with before.
///
/// # Errors
/// The database can't be opened or migrated; the message says why.
pub async fn assemble(config: &Config, outside: Outside) -> anyhow::Result<Arc<Backend>> {
    restored(config, outside, Process::Earlier).await
}

/// As [`assemble`]; a restore that is under way may be this process's own.
///
/// # Errors
/// As [`assemble`].
pub(crate) async fn restored(
    config: &Config,
    outside: Outside,
    who: Process,
) -> anyhow::Result<Arc<Backend>> {
    let home = home(config);
    let unusable = || format!("the data folder {} can't be used", home.folder.display());
    let mut lock = home.share().await.with_context(unusable)?;
    let backend = if home.is_under_way().with_context(unusable)? {
        drop(lock.take());
        let all = home.take_all().await.with_context(unusable)?;
        let backend = go_on(config, &outside, &home, who).await?;
        if let Some(all) = all {
            lock = Some(all.share().await.with_context(unusable)?);
        }
        backend
    } else {
        put_together(config, &outside).await?
    };
    backend.restoring.hold(lock);
    tokio::spawn(async move {
        if let Err(error) = home.clear().await {
            tracing::warn!(%error, "what a restore has replaced could not be removed yet");
        }
    });
    Ok(backend)
}

/// Goes on with a restore. When the new state can't be opened, the old one is.
async fn go_on(
    config: &Config,
    outside: &Outside,
    home: &Home,
    who: Process,
) -> anyhow::Result<Arc<Backend>> {
    if home.put_in_place(who).await? == Standing::Settled {
        return put_together(config, outside).await;
    }
    let error = match put_together(config, outside).await {
        Ok(backend) => match home.confirm() {
            Ok(()) => return Ok(backend),
            Err(error) => {
                backend.logs.close().await;
                backend.database.close().await;
                error.into()
            }
        },
        Err(error) => error,
    };
    let cause = format!("{error:#}");
    tracing::error!(cause, "a restored backup can't be opened: the project is as it was");
    home.put_back().await?;
    put_together(config, outside).await
}

/// Where the configured project lives.
pub(crate) fn home(config: &Config) -> Home {
    let folder = config.data_dir.clone();
    let database = match config.database.postgres() {
        Some(url) => Place::Postgres(url.to_owned()),
        None => Place::Sqlite(folder.clone()),
    };
    Home { folder, database }
}

async fn put_together(config: &Config, outside: &Outside) -> anyhow::Result<Arc<Backend>> {
    let database = database::open(config).await?;
    let put_together = on(config, outside, database.clone()).await;
    if put_together.is_err() {
        // Whoever goes on finds the files closed.
        database.close().await;
    }
    put_together
}

async fn on(
    config: &Config,
    outside: &Outside,
    database: Database,
) -> anyhow::Result<Arc<Backend>> {
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
        restoring: Restoring::at(home(config)),
        passwords,
        clock: Arc::clone(&outside.clock),
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
pub fn serve(config: &Config, backend: &Arc<Backend>) -> anyhow::Result<Server> {
    serve_and_tell(config, backend, Box::new(|_| ()))
}

/// As [`serve`]; told of each backend that answers from then on.
///
/// # Errors
/// As [`serve`].
pub(crate) fn serve_and_tell(
    config: &Config,
    backend: &Arc<Backend>,
    told: Told,
) -> anyhow::Result<Server> {
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
    Ok(Server::of(running, config.clone(), Arc::clone(backend), told))
}
