//! What the database knows of jobs: one row each, for all nodes.

use std::{collections::HashMap, time::Duration};

use sea_query::{
    Expr, ExprTrait, InsertStatement, OnConflict, Query, SelectStatement, UpdateStatement,
};
use underpin_model::{DomainResult, Timestamp};
use underpin_storage::{Database, Row, StorageResult, Transaction};

use super::Job;
use crate::Backend;

const TABLE: &str = "_jobs";
const COLUMNS: [&str; 9] =
    ["id", "due", "run", "node", "started", "ended", "outcome", "error", "lease"];
/// How much longer than its limit a job is held.
const GRACE: Duration = Duration::from_secs(30);
/// What is said of a run whose node is gone.
const LOST: &str = "lost";

/// A job as people see it.
#[derive(Clone, Debug)]
pub struct JobState {
    /// Its name.
    pub id: String,
    /// When it is due.
    pub expression: String,
    /// The next time.
    pub next: Option<Timestamp>,
    /// Its newest run.
    pub last: Option<LastRun>,
}

/// The newest run of a job.
#[derive(Clone, Debug)]
pub struct LastRun {
    /// The node that ran it.
    pub node: String,
    /// When it began.
    pub started: String,
    /// When it ended; empty while it runs.
    pub ended: String,
    /// `running`, `done`, `failed`, `timeout`, `interrupted` or `lost`.
    pub outcome: String,
    /// Why it failed.
    pub error: String,
}

/// A run that is to begin.
#[derive(Clone, Debug)]
pub(super) struct Claim {
    pub(super) job: String,
    /// The minute at which it is due; nothing when it is begun by hand.
    pub(super) due: Option<Timestamp>,
    pub(super) run: String,
    pub(super) node: String,
    pub(super) now: Timestamp,
    pub(super) limit: Duration,
}

/// All jobs with what became of them.
///
/// # Errors
/// Storage faults.
pub async fn list(backend: &Backend) -> DomainResult<Vec<JobState>> {
    let now = backend.clock.now();
    let rows = backend.database.rows(&select()).await?;
    let mut runs = HashMap::new();
    for row in &rows {
        runs.insert(row.text("id")?.to_owned(), last_run(row, now)?);
    }
    let state = |job: Job| JobState {
        next: job.expression.next_after(now),
        last: runs.remove(&job.id).flatten(),
        expression: job.expression.to_string(),
        id: job.id,
    };
    Ok(backend.jobs.all().into_iter().map(state).collect())
}

/// Takes a job, unless it runs or the minute is taken.
pub(super) async fn claim(backend: &Backend, claim: Claim) -> DomainResult<bool> {
    let unit = backend.database.write(move |tx| {
        Box::pin(async move {
            let taken = take(tx, &claim).await;
            tx.touch_nothing();
            taken
        })
    });
    Ok(unit.await?)
}

async fn take(tx: &mut Transaction, claim: &Claim) -> StorageResult<bool> {
    let now = claim.now.to_string();
    let rows = tx.rows(select().and_where(Expr::col("id").eq(claim.job.as_str()))).await?;
    let mut due = claim.due.map(|due| due.to_string()).unwrap_or_default();
    if let Some(row) = rows.first() {
        let known = row.text("due")?;
        let is_held = is_running(row)? && row.text("lease")? > now.as_str();
        if is_held || (claim.due.is_some() && known >= due.as_str()) {
            return Ok(false);
        }
        if claim.due.is_none() {
            known.clone_into(&mut due);
        }
    }
    tx.execute(&begin(claim, &due, &now)).await?;
    Ok(true)
}

/// Writes down how a run ended, unless another one has begun since.
pub(super) async fn end(
    backend: &Backend,
    run: &str,
    outcome: &'static str,
    error: &str,
) -> DomainResult<()> {
    let update = ended(outcome, error, backend.clock.now())
        .and_where(Expr::col("run").eq(run))
        .and_where(Expr::col("outcome").eq(""))
        .take();
    write(backend, update).await
}

/// Holds a run for longer, also one that was given up for lost.
pub(super) async fn renew(backend: &Backend, claim: &Claim) -> DomainResult<()> {
    let now = backend.clock.now();
    let values: [(&str, Expr); 3] =
        [("outcome", "".into()), ("ended", "".into()), ("lease", lease(now, claim.limit).into())];
    let run = Expr::col("run").eq(claim.run.as_str());
    write(backend, Query::update().table(TABLE).values(values).and_where(run).take()).await
}

/// Whether another node runs a job.
pub(super) async fn runs_elsewhere(
    database: &Database,
    job: &str,
    node: &str,
    now: Timestamp,
) -> DomainResult<bool> {
    let select = Query::select()
        .expr(1)
        .from(TABLE)
        .and_where(Expr::col("outcome").eq(""))
        .and_where(Expr::col("run").ne(""))
        .and_where(Expr::col("node").ne(node))
        .and_where(Expr::col("lease").gt(now.to_string()))
        .and_where(Expr::col("id").eq(job))
        .take();
    Ok(database.text_now(&select).await?.is_some())
}

/// Gives up the runs of nodes that are gone: for where there is one node alone.
pub(super) async fn give_up(backend: &Backend) -> DomainResult<()> {
    let update = ended(LOST, "", backend.clock.now())
        .and_where(Expr::col("run").ne(""))
        .and_where(Expr::col("outcome").eq(""))
        .take();
    write(backend, update).await
}

async fn write(backend: &Backend, update: UpdateStatement) -> DomainResult<()> {
    let unit = backend.database.write(move |tx| {
        Box::pin(async move {
            let done = tx.execute(&update).await;
            tx.touch_nothing();
            done.map(drop)
        })
    });
    Ok(unit.await?)
}

fn last_run(row: &Row, now: Timestamp) -> StorageResult<Option<LastRun>> {
    let text = |column: &str| Ok(row.text(column)?.to_owned());
    if row.text("run")?.is_empty() {
        return Ok(None);
    }
    let outcome = match is_running(row)? {
        true if row.text("lease")? > now.to_string().as_str() => "running".to_owned(),
        true => LOST.to_owned(),
        false => text("outcome")?,
    };
    let (node, started) = (text("node")?, text("started")?);
    Ok(Some(LastRun { node, started, ended: text("ended")?, outcome, error: text("error")? }))
}

fn is_running(row: &Row) -> StorageResult<bool> {
    Ok(!row.text("run")?.is_empty() && row.text("outcome")?.is_empty())
}

fn select() -> SelectStatement {
    Query::select().columns(COLUMNS).from(TABLE).take()
}

fn begin(claim: &Claim, due: &str, now: &str) -> InsertStatement {
    let lease = lease(claim.now, claim.limit);
    let values: [Expr; 9] = [
        claim.job.as_str().into(),
        due.into(),
        claim.run.as_str().into(),
        claim.node.as_str().into(),
        now.into(),
        "".into(),
        "".into(),
        "".into(),
        lease.into(),
    ];
    let replaced = OnConflict::column("id").update_columns(COLUMNS).to_owned();
    Query::insert()
        .into_table(TABLE)
        .columns(COLUMNS)
        .values_panic(values)
        .on_conflict(replaced)
        .to_owned()
}

fn lease(now: Timestamp, limit: Duration) -> String {
    let seconds = i64::try_from((limit + GRACE).as_secs()).unwrap_or(i64::MAX);
    now.plus_seconds(seconds).to_string()
}

fn ended(outcome: &str, error: &str, now: Timestamp) -> UpdateStatement {
    let values: [(&str, Expr); 3] =
        [("outcome", outcome.into()), ("error", error.into()), ("ended", now.to_string().into())];
    Query::update().table(TABLE).values(values).take()
}
