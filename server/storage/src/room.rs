//! How much room a disk has left.

use std::path::Path;

/// Bytes that can still be written below a path; nothing where that can't be told.
#[cfg(unix)]
pub fn free_bytes(path: &Path) -> Option<u64> {
    let found = rustix::fs::statvfs(path).ok()?;
    Some(found.f_bavail.saturating_mul(found.f_frsize))
}

/// Bytes that can still be written below a path; nothing where that can't be told.
#[cfg(not(unix))]
pub fn free_bytes(_: &Path) -> Option<u64> {
    None
}
