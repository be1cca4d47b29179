//! What runs beside the requests: realtime delivery, trimming, sweeping, the planner's statistics.

use std::{sync::Arc, time::Duration};

use underpin_domain::{Backend, nodes, realtime};

use crate::config::ChangesConfig;

/// Pause between two rounds of trimming and sweeping.
const ROUND: Duration = Duration::from_secs(60);
/// Rows of the change log that go in one write; small, so that writers don't wait.
const TRIM_BATCH: u64 = 1_000;
/// Age at which a staged upload was surely abandoned.
const STAGED_TOO_LONG: Duration = Duration::from_secs(24 * 3_600);

/// Starts the background tasks; they end with the database.
pub fn start(backend: &Arc<Backend>, changes: &ChangesConfig) {
    tokio::spawn(nodes::follow(Arc::clone(backend)));
    tokio::spawn(realtime::follow(Arc::clone(backend)));
    tokio::spawn(keep_house(Arc::clone(backend), changes.clone()));
}

async fn keep_house(backend: Arc<Backend>, changes: ChangesConfig) {
    let mut rounds = tokio::time::interval(ROUND);
    loop {
        rounds.tick().await;
        if let Err(error) = trim(&backend, &changes).await {
            tracing::warn!(%error, "the change log could not be trimmed");
        }
        sweep(&backend).await;
        if let Err(error) = backend.database.refresh_statistics().await {
            tracing::warn!(%error, "the planner's statistics could not be refreshed");
        }
    }
}

async fn trim(backend: &Backend, changes: &ChangesConfig) -> anyhow::Result<()> {
    let age = i64::from(changes.keep_hours) * 3_600;
    let before = backend.clock.now().plus_seconds(-age);
    while backend.database.trim_changes(before, changes.keep_rows, TRIM_BATCH).await? > 0 {
        tokio::task::yield_now().await;
    }
    Ok(())
}

async fn sweep(backend: &Backend) {
    let now = backend.clock.now().millis();
    let now = std::time::UNIX_EPOCH + Duration::from_millis(u64::try_from(now).unwrap_or(0));
    let Some(before) = now.checked_sub(STAGED_TOO_LONG) else { return };
    match backend.files.sweep_staging(before).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "removed abandoned uploads"),
        Err(error) => tracing::warn!(%error, "abandoned uploads could not be removed"),
    }
}
