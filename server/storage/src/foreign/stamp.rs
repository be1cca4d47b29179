//! How large a file and its logs are and when they were written: whether somebody wrote meanwhile.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    time::SystemTime,
};

/// What the engine may keep beside a file: its log, or what undoes a transaction.
const SIDE_FILES: [&str; 2] = ["-wal", "-journal"];

/// Size and time of a file and of what is beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stamp([Option<(u64, SystemTime)>; 3]);

impl Stamp {
    pub(super) fn of(file: &Path) -> io::Result<Self> {
        let [first, second] = side_files(file);
        Ok(Self([written(file)?, written(&first)?, written(&second)?]))
    }

    /// Whether something beside the file belongs to its content.
    pub(super) fn has_log(&self) -> bool {
        let [_, beside @ ..] = &self.0;
        beside.iter().flatten().any(|(size, _)| *size > 0)
    }
}

/// What may be beside a file.
pub(super) fn side_files(file: &Path) -> [PathBuf; 2] {
    SIDE_FILES.map(|suffix| with_suffix(file, suffix))
}

/// A file's path with something behind it.
pub(super) fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut path = OsString::from(file);
    path.push(suffix);
    path.into()
}

fn written(file: &Path) -> io::Result<Option<(u64, SystemTime)>> {
    match fs::metadata(file) {
        Ok(found) => Ok(Some((found.len(), found.modified()?))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
