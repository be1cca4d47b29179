//! A run of a job, from its claim to what became of it.

use std::sync::Arc;

use tokio::time::timeout;
use underpin_model::{DomainError, DomainResult, Timestamp, id};

use super::{
    Job,
    state::{self, Claim},
};
use crate::{Backend, logs};

/// Begins a job by hand; one that runs already goes on alone. For superusers; the caller has
/// checked that.
///
/// # Errors
/// `NotFound` when there is no such job.
pub async fn start(backend: &Arc<Backend>, id: &str) -> DomainResult<()> {
    let job = backend.jobs.find(id).ok_or(DomainError::NotFound)?;
    try_begin(backend, job, None).await
}

/// Begins a job, unless another node has taken it or it runs.
pub(super) async fn try_begin(
    backend: &Arc<Backend>,
    job: Job,
    due: Option<Timestamp>,
) -> DomainResult<()> {
    if *backend.jobs.stop.borrow() {
        return Ok(());
    }
    let run = id::record_id();
    let claim = Claim {
        job: job.id.clone(),
        due,
        run: run.clone(),
        node: backend.jobs.node.clone(),
        now: backend.clock.now(),
        limit: job.limit,
    };
    if state::claim(backend, claim).await? {
        let task = tokio::spawn(carry_out(Arc::clone(backend), job, run.clone()));
        backend.jobs.note(run, task);
    }
    Ok(())
}

/// Runs the job in a task of its own, whose panic ends nothing else, and writes down its end.
async fn carry_out(backend: Arc<Backend>, job: Job, run: String) {
    let mut stop = backend.jobs.stop.subscribe();
    let mut task = tokio::spawn((job.run)(Arc::clone(&backend)));
    let done = tokio::select! {
        done = timeout(job.limit, &mut task) => Some(done),
        _ = stop.wait_for(|stop| *stop) => None,
    };
    let (outcome, error) = match done {
        Some(Ok(Ok(Ok(())))) => ("done", String::new()),
        Some(Ok(Ok(Err(error)))) => ("failed", logs::kept(&error.to_string())),
        Some(Ok(Err(_))) => ("failed", "it panicked".to_owned()),
        Some(Err(_)) => ("timeout", format!("it took longer than {} s", job.limit.as_secs())),
        None => ("interrupted", String::new()),
    };
    task.abort();
    if !error.is_empty() {
        tracing::warn!(job = job.id, error, "a job failed");
    }
    if let Err(error) = state::end(&backend, &run, outcome, &error).await {
        tracing::warn!(job = job.id, %error, "the end of a job could not be written down");
    }
}
