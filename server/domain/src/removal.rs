//! Removing files that no record names any more.
//!
//! A backup copies files after it has chosen its moment, and needs those that records named then. The
//! process that makes it holds deletions back by itself; others see in the table of runs that one is
//! made, and hold theirs back until it is done.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::sync::watch;
use underpin_files::{FileError, FileKey, Prefix};
use underpin_model::clock::Clock;
use underpin_storage::Database;

use crate::{Backend, jobs};

/// What the making and restoring of backups is called in the table of runs.
pub(crate) const BACKUPS: &str = "__upBackups__";
/// Pause between two looks whether a backup is still being made elsewhere.
const BETWEEN: Duration = Duration::from_millis(500);

/// Removes a file.
pub(crate) async fn remove_file(backend: &Backend, key: &FileKey) -> Result<(), FileError> {
    wait_for_others(backend).await;
    backend.files.delete(key).await
}

/// Removes all files of a collection or a record.
pub(crate) async fn remove_files(backend: &Backend, prefix: &Prefix) -> Result<usize, FileError> {
    wait_for_others(backend).await;
    backend.files.delete_prefix(prefix).await
}

/// Holds deletions back for as long as another process makes a backup. To be asked behind the commit
/// that the files go for: then a backup that is not seen here has not chosen its moment yet.
async fn wait_for_others(backend: &Backend) {
    let other = Other {
        database: backend.database.clone(),
        clock: Arc::clone(&backend.clock),
        node: backend.jobs.node().to_owned(),
        is_awaited: Arc::clone(&backend.backups.is_awaited),
    };
    if !other.makes_backup().await || other.is_awaited.swap(true, Ordering::AcqRel) {
        return;
    }
    let hold = backend.files.hold_deletions();
    let stop = backend.jobs.stopping();
    tokio::spawn(async move {
        other.ends(stop).await;
        // What was restored may need what was to go.
        match other.database.is_replaced().await {
            Ok(false) => hold.release().await,
            Ok(true) | Err(_) => hold.leave(),
        }
    });
}

/// Whoever may make a backup beside this process.
struct Other {
    database: Database,
    clock: Arc<dyn Clock>,
    node: String,
    /// Whether this process holds deletions back for it.
    is_awaited: Arc<AtomicBool>,
}

impl Other {
    async fn makes_backup(&self) -> bool {
        let now = self.clock.now();
        let asked = jobs::held_elsewhere(&self.database, BACKUPS, &self.node, now).await;
        asked.unwrap_or_else(|error| {
            tracing::warn!(%error, "whether a backup is being made elsewhere can't be told");
            false
        })
    }

    async fn ends(&self, mut stop: watch::Receiver<bool>) {
        loop {
            tokio::select! {
                () = tokio::time::sleep(BETWEEN) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            if self.makes_backup().await {
                continue;
            }
            // Whoever has relied on the hold since then has seen a backup that is looked for once more.
            self.is_awaited.store(false, Ordering::Release);
            if !self.makes_backup().await {
                return;
            }
            self.is_awaited.store(true, Ordering::Release);
        }
    }
}
