//! What one process does at a time in the whole cluster, though no clock says when: held in the table
//! of runs like a job, for a short time that is prolonged as long as the holder lives.

use std::{sync::Arc, time::Duration};

use sea_query::{Expr, ExprTrait, Query};
use tokio::task::JoinHandle;
use underpin_model::{DomainResult, Timestamp, id};
use underpin_storage::{Database, Transaction};

use super::state::{self, Claim};
use crate::Backend;

/// For how long it is held at a time. Whoever dies over it holds it for that long.
const HELD: Duration = Duration::from_secs(30);
/// Pause between two times at which it is prolonged.
const BETWEEN: Duration = Duration::from_secs(10);

/// Something that this process alone may do.
pub struct Held {
    backend: Arc<Backend>,
    run: String,
    renewing: JoinHandle<()>,
}

/// Takes the right to do something; nothing when another one has it.
///
/// # Errors
/// Storage faults.
pub async fn hold(backend: &Arc<Backend>, what: &str) -> DomainResult<Option<Held>> {
    let claim = Claim {
        job: what.to_owned(),
        due: None,
        run: id::record_id(),
        node: backend.jobs.node.clone(),
        now: backend.clock.now(),
        limit: HELD,
    };
    if !state::claim(backend, claim.clone()).await? {
        return Ok(None);
    }
    let run = claim.run.clone();
    let renewing = tokio::spawn(renew(Arc::clone(backend), claim));
    Ok(Some(Held { backend: Arc::clone(backend), run, renewing }))
}

/// Whether another process has that right at this moment.
///
/// # Errors
/// Storage faults.
pub async fn held_elsewhere(
    database: &Database,
    what: &str,
    node: &str,
    now: Timestamp,
) -> DomainResult<bool> {
    state::runs_elsewhere(database, what, node, now).await
}

/// Takes that right from whoever has it.
///
/// # Errors
/// Storage faults.
pub async fn let_go(tx: &mut Transaction, what: &str) -> DomainResult<()> {
    let held = Expr::col("id").eq(what);
    tx.execute(&Query::delete().from_table("_jobs").and_where(held).take()).await?;
    Ok(())
}

async fn renew(backend: Arc<Backend>, claim: Claim) {
    loop {
        tokio::time::sleep(BETWEEN).await;
        if let Err(error) = state::renew(&backend, &claim).await {
            tracing::warn!(what = claim.job, %error, "what is held could not be held for longer");
        }
    }
}

impl Held {
    /// Lets others do it.
    pub async fn release(self) {
        self.renewing.abort();
        if let Err(error) = state::end(&self.backend, &self.run, "done", "").await {
            tracing::warn!(%error, "what was held could not be let go; that takes a while now");
        }
    }
}

impl Drop for Held {
    /// One that is dropped ends by itself, a while later.
    fn drop(&mut self) {
        self.renewing.abort();
    }
}
