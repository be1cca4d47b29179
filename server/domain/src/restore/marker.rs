//! How far a restore has come: a small file in the data folder, which is there from the moment on
//! when the new state is complete until nothing is left of the old one.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use serde::{Deserialize, Serialize};

/// The file.
const FILE: &str = "restore.json";
/// It under way.
const NEW_FILE: &str = "restore.json.new";

/// How far a restore has come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Marker {
    /// What is being done.
    pub(super) phase: Phase,
    /// What of the data folder is exchanged.
    pub(super) names: Vec<String>,
    /// What the change log of the new state is called, if that waits in a PostgreSQL database.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) beside: Option<String>,
}

/// What is being done. Each can be done again from the beginning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Phase {
    /// The old state goes out, the new one comes in.
    Swap,
    /// The new state, which can't be used, goes out again.
    Withdraw,
    /// The old state comes back.
    Return,
    /// The new state is in use, the old one is removed.
    Clear,
}

impl Marker {
    /// Reads it; nothing when no restore is under way.
    pub(super) fn read(folder: &Path) -> io::Result<Option<Self>> {
        match fs::read(folder.join(FILE)) {
            Ok(text) => Ok(Some(serde_json::from_slice(&text).map_err(io::Error::other)?)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes it in place of the one before: after a crash one of the two is there, whole.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let under_way = folder.join(NEW_FILE);
        let mut file = File::create(&under_way)?;
        file.write_all(&serde_json::to_vec(self).map_err(io::Error::other)?)?;
        file.sync_all()?;
        fs::rename(under_way, folder.join(FILE))?;
        sync(folder)
    }

    /// Goes on with another phase.
    pub(super) fn turn_to(&mut self, phase: Phase, folder: &Path) -> io::Result<()> {
        self.phase = phase;
        self.write(folder)
    }

    /// Removes it.
    pub(super) fn remove(folder: &Path) -> io::Result<()> {
        fs::remove_file(folder.join(FILE))?;
        sync(folder)
    }
}

/// Sees to it that what was done to the names in a folder is on the disk.
#[cfg(unix)]
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Folders are no files there.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
pub(super) fn sync(_folder: &Path) -> io::Result<()> {
    Ok(())
}
