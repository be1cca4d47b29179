//! Holding deletions back while somebody copies files.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use object_store::path::Path;
use tokio::runtime::Handle;

use super::{FileStore, Place, delete_all};

/// Files that are to go, and whether they may.
#[derive(Debug, Default)]
pub(super) struct Holds(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    /// How many hold deletions back.
    holders: usize,
    gone: Vec<(Arc<Place>, Path)>,
}

impl Holds {
    /// Keeps files that are to go until nobody holds them any more; false when they may go at once.
    pub(super) fn keep(&self, place: &Arc<Place>, paths: impl FnOnce() -> Vec<Path>) -> bool {
        let mut waiting = self.lock();
        if waiting.holders == 0 {
            return false;
        }
        waiting.gone.extend(paths().into_iter().map(|path| (Arc::clone(place), path)));
        true
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As long as it lives, no file is deleted from its store. Those that were to go meanwhile are
/// deleted after it. (After a crash they stay: files that no record names.)
#[derive(Debug)]
pub struct Hold(Option<FileStore>);

impl FileStore {
    /// Holds deletions back. Uploads that are given up are none.
    #[must_use]
    pub fn hold_deletions(&self) -> Hold {
        self.holds.lock().holders += 1;
        Hold(Some(self.clone()))
    }
}

impl Hold {
    /// Ends it, and deletes what was to go, unless another one holds it still.
    pub async fn release(mut self) {
        if let Some(store) = self.0.take() {
            delete(let_go(&store)).await;
        }
    }

    /// Never ends it: what was to go stays, since another state of the project is about to be served
    /// from the same place, which may name it.
    pub fn leave(mut self) {
        self.0.take();
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let Some(store) = self.0.take() else { return };
        let gone = let_go(&store);
        // Outside of a runtime nothing can be awaited: then they stay behind, as after a crash.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(delete(gone));
        }
    }
}

fn let_go(store: &FileStore) -> Vec<(Arc<Place>, Path)> {
    let mut waiting = store.holds.lock();
    waiting.holders = waiting.holders.saturating_sub(1);
    if waiting.holders > 0 { Vec::new() } else { std::mem::take(&mut waiting.gone) }
}

async fn delete(mut gone: Vec<(Arc<Place>, Path)>) {
    while let Some((place, path)) = gone.pop() {
        let mut paths = vec![path];
        while let Some((_, path)) = gone.pop_if(|(other, _)| Arc::ptr_eq(other, &place)) {
            paths.push(path);
        }
        if let Err(error) = delete_all(&place, paths).await {
            tracing::warn!(%error, "files that were to go stay behind");
        }
    }
}
