//! Threads for long work that nobody must feel.

use std::{io, thread};

/// How much a thread steps back behind others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// A little: somebody waits for its end, or something grows until then.
    Some,
    /// As far as it still gets on.
    Much,
}

/// Starts a thread that gets a processor when others don't need it.
///
/// # Errors
/// The system has no room for another thread.
pub fn start(
    name: &str,
    patience: Patience,
    deed: impl FnOnce() + Send + 'static,
) -> io::Result<()> {
    let named = thread::Builder::new().name(name.to_owned());
    named
        .spawn(move || {
            step_back(patience);
            deed();
        })
        .map(drop)
}

/// Linux counts the priority by thread, and a thread of its own is what this is.
#[cfg(target_os = "linux")]
fn step_back(patience: Patience) {
    let niceness = match patience {
        Patience::Some => 3,
        Patience::Much => 15,
    };
    if let Err(error) = rustix::process::nice(niceness) {
        tracing::debug!(%error, "a thread keeps its priority");
    }
}

#[cfg(not(target_os = "linux"))]
fn step_back(_: Patience) {}
