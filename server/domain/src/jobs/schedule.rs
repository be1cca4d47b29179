//! Looking at the clock.

use std::{sync::Arc, time::Duration};

use underpin_model::{DomainResult, Timestamp, cron::minute_of};

use super::{run::try_begin, state};
use crate::Backend;

/// Pause between two looks.
const TICK: Duration = Duration::from_millis(250);
/// A clock that was set back by more than this is believed.
const SET_BACK_SECONDS: i64 = 60;

/// Gives up what an earlier process of this server has left running.
///
/// # Errors
/// Storage faults.
pub async fn recover(backend: &Backend) -> DomainResult<()> {
    // Where there are other nodes, a run may be theirs.
    if backend.database.versions().is_some() {
        return Ok(());
    }
    state::give_up(backend).await
}

/// Begins what is due, until it is told to stop.
pub async fn follow(backend: Arc<Backend>) {
    let mut seen = backend.clock.now();
    backend.jobs.looked.send_replace(Some(seen));
    let mut ticks = tokio::time::interval(TICK);
    let mut stop = backend.jobs.stop.subscribe();
    loop {
        tokio::select! {
            _ = ticks.tick() => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
        let now = backend.clock.now();
        if now.plus_seconds(SET_BACK_SECONDS) < seen {
            seen = now;
        }
        if minute_of(now) <= seen {
            continue;
        }
        match begin_due(&backend, seen, now).await {
            Ok(()) => {
                seen = now;
                backend.jobs.looked.send_replace(Some(now));
            }
            // Looked at again: what was begun is taken by then.
            Err(error) => tracing::warn!(%error, "jobs that are due could not be begun"),
        }
    }
}

/// Begins what was due in `(seen, now]`, each job once.
async fn begin_due(backend: &Arc<Backend>, seen: Timestamp, now: Timestamp) -> DomainResult<()> {
    for job in backend.jobs.all() {
        if let Some(due) = job.expression.last_between(seen, now) {
            try_begin(backend, job, Some(due)).await?;
        }
    }
    Ok(())
}
