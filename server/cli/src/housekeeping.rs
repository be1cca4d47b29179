//! What runs beside the requests: realtime delivery, what other nodes change, and the jobs that run
//! by the clock.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use underpin_domain::{
    Backend, auth, backups,
    jobs::{self, Job},
    logs, nodes, realtime,
};
use underpin_model::{CronExpression, DomainResult};

use crate::config::ChangesConfig;

/// Pause between two looks for uploads that nobody finished.
const SWEEP: Duration = Duration::from_secs(60);
/// Rows of the change log that go in one write; small, so that writers don't wait.
const TRIM_BATCH: u64 = 1_000;
/// Age at which a staged upload was surely abandoned.
const STAGED_TOO_LONG: Duration = Duration::from_secs(24 * 3_600);

/// Puts the server's own jobs in place. The names are those that clients know.
pub fn register(backend: &Backend, changes: &ChangesConfig) {
    add(backend, "__pbDBOptimize__", "0 0 * * *", optimize);
    add(backend, "__pbMFACleanup__", "0 * * * *", |backend| async move {
        auth::forget_mfas(&backend).await
    });
    add(backend, "__pbOTPCleanup__", "0 * * * *", |backend| async move {
        auth::forget_otps(&backend).await
    });
    add(backend, "__pbLogsCleanup__", "0 */6 * * *", |backend| async move {
        logs::clean_up(&backend).await.map(drop)
    });
    add(backend, "__upStatistics__", "* * * * *", refresh_statistics);
    backups::register(backend);
    let changes = changes.clone();
    add(backend, "__upChangesCleanup__", "* * * * *", move |backend| {
        trim(backend, changes.clone())
    });
}

fn add<F, R>(backend: &Backend, id: &str, expression: &str, run: F)
where
    F: Fn(Arc<Backend>) -> R + Send + Sync + 'static,
    R: Future<Output = DomainResult<()>> + Send + 'static,
{
    if let Some(expression) = CronExpression::parse(expression) {
        backend.jobs.register(Job::new(id, expression, run));
    }
}

/// Starts the background tasks; they end with the database.
pub fn start(backend: &Arc<Backend>) {
    tokio::spawn(nodes::follow(Arc::clone(backend)));
    tokio::spawn(realtime::follow(Arc::clone(backend)));
    tokio::spawn(sweep(Arc::downgrade(backend)));
    tokio::spawn(catch_up(Arc::clone(backend)));
}

/// Does at the start what may have been due while nobody was up, then follows the clock.
async fn catch_up(backend: Arc<Backend>) {
    if let Err(error) = jobs::recover(&backend).await {
        tracing::warn!(%error, "jobs of an earlier process could not be given up");
    }
    if let Err(error) = logs::clean_up(&backend).await {
        tracing::warn!(%error, "the log could not be trimmed");
    }
    jobs::follow(backend).await;
}

async fn optimize(backend: Arc<Backend>) -> DomainResult<()> {
    backend.database.refresh_statistics().await?;
    logs::tidy_up(&backend).await
}

async fn refresh_statistics(backend: Arc<Backend>) -> DomainResult<()> {
    Ok(backend.database.refresh_statistics().await?)
}

async fn trim(backend: Arc<Backend>, changes: ChangesConfig) -> DomainResult<()> {
    let age = i64::from(changes.keep_hours) * 3_600;
    let before = backend.clock.now().plus_seconds(-age);
    while backend.database.trim_changes(before, changes.keep_rows, TRIM_BATCH).await? > 0 {
        tokio::task::yield_now().await;
    }
    Ok(())
}

/// Removes abandoned uploads. They may lie on this node's own disk, so each node does it.
async fn sweep(backend: Weak<Backend>) {
    let mut rounds = tokio::time::interval(SWEEP);
    loop {
        rounds.tick().await;
        let Some(backend) = backend.upgrade() else { return };
        let now = backend.clock.now().millis();
        let now = std::time::UNIX_EPOCH + Duration::from_millis(u64::try_from(now).unwrap_or(0));
        let Some(before) = now.checked_sub(STAGED_TOO_LONG) else { continue };
        match backend.files.sweep_staging(before).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "removed abandoned uploads"),
            Err(error) => tracing::warn!(%error, "abandoned uploads could not be removed"),
        }
        if let Err(error) = backend.backups.store().sweep_staging(before).await {
            tracing::warn!(%error, "abandoned uploads of backups could not be removed");
        }
    }
}
