//! A fixed number of threads with a bounded queue, for work that would block a request thread.
//!
//! Password hashing takes tens of milliseconds and megabytes each. Here at most `threads` of
//! them run at once, however many sign-ins arrive, and all other requests keep their threads.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread,
};

use tokio::sync::oneshot;

type Job = Box<dyn FnOnce() + Send>;

/// Why a piece of work brought no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// As many wait already as may wait.
    #[error("too many are waiting")]
    Busy,
    /// The work panicked, or the pool's threads are gone.
    #[error("the work was lost")]
    Lost,
}

/// The threads and their queue. Dropping the pool ends its threads once the queue is empty.
#[derive(Debug)]
pub struct WorkPool {
    queue: SyncSender<Job>,
}

impl WorkPool {
    /// Starts `threads` threads (at least one), before which at most `waiting` jobs may queue.
    ///
    /// # Errors
    /// When the operating system refuses a thread.
    pub fn start(name: &str, threads: usize, waiting: usize) -> io::Result<Self> {
        let (queue, jobs) = sync_channel(waiting);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 0..threads.max(1) {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new()
                .name(format!("{name}-{number}"))
                .spawn(move || work_until_closed(&jobs))?;
        }
        Ok(Self { queue })
    }

    /// Runs the work on one of the threads. Work whose caller went away while it queued is
    /// skipped, so that abandoned requests cost nothing.
    ///
    /// # Errors
    /// [`PoolError::Busy`] at once when the queue is full; [`PoolError::Lost`] when it panicked.
    pub async fn run<T, F>(&self, work: F) -> Result<T, PoolError>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let job: Job = Box::new(move || {
            if !reply.is_closed() {
                drop(reply.send(work()));
            }
        });
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => PoolError::Busy,
            TrySendError::Disconnected(_) => PoolError::Lost,
        })?;
        answer.await.map_err(|_| PoolError::Lost)
    }
}

fn work_until_closed(jobs: &Mutex<Receiver<Job>>) {
    loop {
        // The lock is held while waiting for a job, never while doing one.
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // A panic would end the thread for good; the caller learns of it by its lost reply.
        drop(catch_unwind(AssertUnwindSafe(job)));
    }
}

#[cfg(test)]
mod tests;
