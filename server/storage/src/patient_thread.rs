//! Threads for long work that nobody must feel.

use std::{io, thread};

/// Least urgent of all that still gets done.
#[cfg(target_os = "linux")]
const NICENESS: i32 = 15;

/// Starts a thread that gets a processor when no other thread needs it.
///
/// # Errors
/// The system has no room for another thread.
pub fn start(name: &str, deed: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let named = thread::Builder::new().name(name.to_owned());
    named
        .spawn(move || {
            step_back();
            deed();
        })
        .map(drop)
}

/// Linux counts the priority by thread, and a thread of its own is what this is.
#[cfg(target_os = "linux")]
fn step_back() {
    if let Err(error) = rustix::process::nice(NICENESS) {
        tracing::debug!(%error, "a thread keeps its priority");
    }
}

#[cfg(not(target_os = "linux"))]
fn step_back() {}
