//! Restoring while the server runs.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use underpin_model::{DomainError, DomainResult};

use super::{home::Home, lock::FolderLock, prepare::prepare};
use crate::{
    Backend,
    backups::{self, BackupName, Turn},
    transfer::{Listener, Step},
};

/// Said of a backup that can't be found or used.
const MISSING: &str = "Missing or invalid backup file.";

/// What a backend knows of restores.
pub struct Restoring {
    home: Home,
    /// Whether another backend is to take this one's place.
    is_wanted: watch::Sender<bool>,
    lock: Mutex<Option<FolderLock>>,
}

impl Restoring {
    /// For a backend that opens what is in its home.
    #[must_use]
    pub fn at(home: Home) -> Self {
        Self { home, is_wanted: watch::Sender::new(false), lock: Mutex::new(None) }
    }

    /// Keeps a share of the data folder for as long as the database is open.
    pub fn hold(&self, lock: Option<FolderLock>) {
        *self.lock.lock().unwrap_or_else(PoisonError::into_inner) = lock;
    }

    /// Lets go of the data folder. The database is closed by then.
    pub fn leave(&self) {
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner).take());
    }
}

/// Waits until a backend is to be closed and opened anew: a backup is to be put in place here, or
/// was put in place by another node.
pub async fn wanted(backend: &Backend) {
    let mut here = backend.restoring.is_wanted.subscribe();
    let here = here.wait_for(|wanted| *wanted);
    let Some(mut there) = backend.database.replaced() else {
        return drop(here.await);
    };
    tokio::select! {
        _ = here => {}
        Ok(_) = there.wait_for(|replaced| *replaced) => {}
    }
}

/// Restores a backup: checks it and makes it ready to be put in place, which begins as soon as this
/// has ended well. For superusers; the caller has checked that.
///
/// # Errors
/// `Invalid` when there is none of that name, when it can't be used, or while another one is being
/// made or restored; nothing has changed then.
pub async fn restore(backend: &Arc<Backend>, name: &str) -> DomainResult<()> {
    let name = BackupName::parse(name).ok_or_else(|| DomainError::bad_request(MISSING))?;
    let turn = Turn::take(backend).await?;
    let backend = Arc::clone(backend);
    let runtime = tokio::runtime::Handle::current();
    // In a thread where it may take its time with the disk. A caller that goes away leaves all of it
    // or nothing.
    let work = tokio::task::spawn_blocking(move || {
        runtime.block_on(async move {
            // The state that comes may need files that go from this one.
            let hold = backend.files.hold_deletions();
            let done = carry_out(&backend, &name).await;
            if done.is_err() {
                turn.end().await;
                hold.release().await;
                return done;
            }
            tracing::info!(backup = %name, "a backup is put in place");
            hold.leave();
            // The turn ends with the exchange.
            drop(turn);
            backend.restoring.is_wanted.send_replace(true);
            done
        })
    });
    let failed = |error| DomainError::fault("restoring a backup", error);
    work.await.map_err(failed)?
}

async fn carry_out(backend: &Arc<Backend>, name: &BackupName) -> DomainResult<()> {
    let zip = backups::open(backend, name).await.map_err(|error| match error {
        DomainError::NotFound => DomainError::bad_request(MISSING),
        error => error,
    })?;
    let key = backend.settings.key();
    let now = backend.clock.now();
    Box::pin(prepare(&backend.restoring.home, key, now, zip, Arc::new(Deaf))).await.map(drop)
}

/// Hears nothing.
struct Deaf;

impl Listener for Deaf {
    fn begins(&self, _step: Step<'_>, _total: u64) {}

    fn advances(&self, _count: u64) {}

    fn ends(&self) {}
}
