//! Jobs, and the table of those that a node knows.

use std::{
    collections::HashMap,
    future::Future,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::future::BoxFuture;
use tokio::{sync::watch, task::JoinHandle};
use underpin_model::{CronExpression, DomainResult, Timestamp, id};

use crate::Backend;

/// What a job does.
pub type JobRun = Arc<dyn Fn(Arc<Backend>) -> BoxFuture<'static, DomainResult<()>> + Send + Sync>;

/// Gives a job as it is at this moment, if it is one.
type LiveJob = Box<dyn Fn() -> Option<Job> + Send + Sync>;

/// How long a job may take if it does not say otherwise.
const DEFAULT_LIMIT: Duration = Duration::from_secs(600);
/// How long the end waits for what is being written down.
const PATIENCE: Duration = Duration::from_secs(5);
/// Length of a node's name.
const NODE_LENGTH: usize = 8;

/// Something that is done by the clock.
#[derive(Clone)]
pub struct Job {
    /// Its name, the same on every node.
    pub id: String,
    /// When it is due.
    pub expression: CronExpression,
    /// How long it may take; then it is ended.
    pub limit: Duration,
    /// What it does. It may be ended at any of its awaits.
    pub run: JobRun,
}

/// The jobs of this node.
pub struct Jobs {
    table: Mutex<Vec<Job>>,
    /// Those whose times stand in the settings.
    live: Mutex<Vec<LiveJob>>,
    /// The runs of this node that are not written down yet, by their id.
    running: Mutex<HashMap<String, JoinHandle<()>>>,
    /// What this node is called in the table of runs.
    pub(super) node: String,
    /// Up to where this node has looked at the clock.
    pub(super) looked: watch::Sender<Option<Timestamp>>,
    pub(super) stop: watch::Sender<bool>,
}

impl Job {
    /// A job with the usual time limit.
    pub fn new<F, R>(id: &str, expression: CronExpression, run: F) -> Self
    where
        F: Fn(Arc<Backend>) -> R + Send + Sync + 'static,
        R: Future<Output = DomainResult<()>> + Send + 'static,
    {
        let run: JobRun = Arc::new(move |backend| Box::pin(run(backend)));
        Self { id: id.to_owned(), expression, limit: DEFAULT_LIMIT, run }
    }

    /// The same with another time limit.
    #[must_use]
    pub fn limited(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }
}

impl Default for Jobs {
    fn default() -> Self {
        Self {
            table: Mutex::default(),
            live: Mutex::default(),
            running: Mutex::default(),
            node: id::random_lowercase(NODE_LENGTH),
            looked: watch::Sender::new(None),
            stop: watch::Sender::new(false),
        }
    }
}

impl Jobs {
    /// Adds a job, or puts it in place of the one with its name.
    pub fn register(&self, job: Job) {
        let mut table = lock(&self.table);
        match table.iter_mut().find(|known| known.id == job.id) {
            Some(known) => *known = job,
            None => table.push(job),
        }
    }

    /// Adds a job that is asked for anew each time: whether it is one at all, and when it is due.
    pub fn register_live(&self, job: impl Fn() -> Option<Job> + Send + Sync + 'static) {
        lock(&self.live).push(Box::new(job));
    }

    /// Changes when a job is due; false when there is no such job.
    pub fn reschedule(&self, id: &str, expression: CronExpression) -> bool {
        let mut table = lock(&self.table);
        let known = table.iter_mut().find(|known| known.id == id);
        known.map(|known| known.expression = expression).is_some()
    }

    /// Takes a job out; a run that is under way goes on.
    pub fn remove(&self, id: &str) {
        lock(&self.table).retain(|known| known.id != id);
    }

    /// A job by name.
    pub fn find(&self, id: &str) -> Option<Job> {
        self.all().into_iter().find(|known| known.id == id)
    }

    /// All jobs in the order in which they were added.
    pub fn all(&self) -> Vec<Job> {
        let mut all = lock(&self.table).clone();
        all.extend(lock(&self.live).iter().filter_map(|job| job()));
        all
    }

    /// What this node is called in the table of runs.
    pub(crate) fn node(&self) -> &str {
        &self.node
    }

    /// Tells when nothing more is begun.
    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Up to where this node has looked at the clock.
    pub fn looked(&self) -> watch::Receiver<Option<Timestamp>> {
        self.looked.subscribe()
    }

    /// Notes a run that is under way.
    pub(super) fn note(&self, run: String, task: JoinHandle<()>) {
        let mut running = lock(&self.running);
        running.retain(|_, task| !task.is_finished());
        running.insert(run, task);
    }

    /// Begins nothing more, ends what runs, and waits until that is written down.
    pub async fn stop(&self) {
        self.stop.send_replace(true);
        let running = std::mem::take(&mut *lock(&self.running));
        let ended = futures_util::future::join_all(running.into_values());
        if tokio::time::timeout(PATIENCE, ended).await.is_err() {
            tracing::warn!("the end of a job could not be written down");
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
