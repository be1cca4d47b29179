//! Whether another process has a file open: the engine's locks tell.

use std::{io, path::Path};

/// The byte of the log's index that every connection holds.
#[cfg(unix)]
const INDEX_BYTE: (u64, u64) = (128, 1);
/// The bytes of the file itself that a reader, or a writer, holds.
#[cfg(unix)]
const FILE_BYTES: (u64, u64) = (0x4000_0000, 512);

/// Whether another process holds a lock on the file. A program that has it open but does not use
/// it holds none.
#[cfg(unix)]
pub(super) fn is_in_use(file: &Path) -> io::Result<bool> {
    let index = super::stamp::with_suffix(file, "-shm");
    Ok(is_locked(&index, INDEX_BYTE)? || is_locked(file, FILE_BYTES)?)
}

#[cfg(unix)]
fn is_locked(file: &Path, (start, length): (u64, u64)) -> io::Result<bool> {
    use rustix::process::{Flock, FlockOffsetType, FlockType, fcntl_getlk};
    let opened = match std::fs::File::open(file) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
    };
    let wanted = Flock {
        start,
        length,
        pid: None,
        typ: FlockType::WriteLock,
        offset_type: FlockOffsetType::Set,
    };
    Ok(fcntl_getlk(&opened, &wanted)?.is_some())
}

/// Nobody knows.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
pub(super) fn is_in_use(_file: &Path) -> io::Result<bool> {
    Ok(false)
}
