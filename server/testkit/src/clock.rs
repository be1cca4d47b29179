//! A clock that tests move.

use std::sync::atomic::{AtomicI64, Ordering};

use underpin_model::{Timestamp, clock::Clock};

/// Runs with the machine's clock, plus what the test has added.
#[derive(Default)]
pub struct ManualClock {
    ahead_seconds: AtomicI64,
}

impl ManualClock {
    /// Moves the time on.
    pub fn advance(&self, seconds: i64) {
        self.ahead_seconds.fetch_add(seconds, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        underpin_model::clock::SystemClock
            .now()
            .plus_seconds(self.ahead_seconds.load(Ordering::SeqCst))
    }
}
