//! When a connection's running statement must end.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// How many steps of SQLite's virtual machine pass between two looks at the clock: some tenths of a
/// millisecond, too few to be felt, too many to cost. A step that may take long by itself, such as a
/// pattern matched against a whole text, looks for itself.
pub(crate) const STEPS_BETWEEN_LOOKS: i32 = 10_000;

const NEVER: u64 = u64::MAX;

/// Shared by the one who starts statements and SQLite's progress handler.
#[derive(Clone, Debug)]
pub(crate) struct Deadline {
    start: Instant,
    /// Milliseconds after `start`.
    at: Arc<AtomicU64>,
}

impl Deadline {
    pub(crate) fn new() -> Self {
        Self { start: Instant::now(), at: Arc::new(AtomicU64::new(NEVER)) }
    }

    /// The next statement may take this long.
    pub(crate) fn set(&self, limit: Duration) {
        self.at.store(millis(self.start.elapsed().saturating_add(limit)), Ordering::Relaxed);
    }

    /// Nothing runs.
    pub(crate) fn clear(&self) {
        self.at.store(NEVER, Ordering::Relaxed);
    }

    /// Whoever waited for the running statement has gone: end it now.
    pub(crate) fn expire(&self) {
        self.at.store(0, Ordering::Relaxed);
    }

    /// Whether the running statement must end.
    pub(crate) fn has_passed(&self) -> bool {
        let at = self.at.load(Ordering::Relaxed);
        at != NEVER && millis(self.start.elapsed()) >= at
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(NEVER - 1)
}
