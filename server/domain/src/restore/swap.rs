//! Exchanging what is in the data folder, by renames alone.
//!
//! A name that still lies with the new state has not come in yet: what stands in its place is old.
//! So each step can be told from what is there, and whatever was interrupted goes on where it was.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use super::marker::{Marker, Phase, sync};

/// Where the new state waits.
pub(super) const NEW: &str = ".restore";
/// Where the old state waits.
const OLD: &str = ".before-restore";
/// How the files end that belong to one of the databases.
const COMPANIONS: [&str; 2] = ["-wal", "-shm"];
/// How the name of a database ends.
const DATABASE: &str = ".db";

/// The exchange in a data folder.
pub(super) struct Swap<'a> {
    folder: &'a Path,
    /// Asked before each step; an error ends the exchange there, as a crash would.
    before_step: &'a dyn Fn() -> io::Result<()>,
}

impl<'a> Swap<'a> {
    pub(super) fn of(folder: &'a Path) -> Self {
        Self { folder, before_step: &|| Ok(()) }
    }

    /// The old state out, the new one in.
    pub(super) fn forward(&self, marker: &Marker) -> io::Result<()> {
        fs::create_dir_all(self.old())?;
        sync(self.folder)?;
        for name in &marker.names {
            if !exists(&self.waiting(name))? {
                continue;
            }
            for part in with_companions(name) {
                self.step(&self.folder.join(&part), &self.old().join(&part))?;
            }
            sync(&self.old())?;
            sync(self.folder)?;
            self.step(&self.waiting(name), &self.folder.join(name))?;
            sync(&self.folder.join(NEW))?;
            sync(self.folder)?;
        }
        Ok(())
    }

    /// The new state out, the old one back. Nothing is under way afterwards.
    pub(super) fn backward(&self, marker: &mut Marker) -> io::Result<()> {
        if marker.phase == Phase::Swap {
            (self.before_step)()?;
            marker.turn_to(Phase::Withdraw, self.folder)?;
        }
        if marker.phase == Phase::Withdraw {
            for name in &marker.names {
                self.withdraw(name)?;
            }
            (self.before_step)()?;
            marker.turn_to(Phase::Return, self.folder)?;
        }
        if exists(&self.old())? {
            for entry in fs::read_dir(self.old())? {
                let entry = entry?;
                self.step(&entry.path(), &self.folder.join(entry.file_name()))?;
            }
        }
        sync(self.folder)?;
        self.clear()
    }

    fn withdraw(&self, name: &str) -> io::Result<()> {
        if exists(&self.waiting(name))? {
            // It has not come in: what stands in its place is old.
            return Ok(());
        }
        for part in with_companions(name).iter().filter(|part| *part != name) {
            (self.before_step)()?;
            gone(fs::remove_file(self.folder.join(part)))?;
        }
        self.step(&self.folder.join(name), &self.waiting(name))?;
        sync(&self.folder.join(NEW))?;
        sync(self.folder)
    }

    /// Removes what is left of either state, and the marker at last.
    pub(super) fn clear(&self) -> io::Result<()> {
        for folder in [self.folder.join(NEW), self.old()] {
            (self.before_step)()?;
            gone(fs::remove_dir_all(folder))?;
        }
        sync(self.folder)?;
        (self.before_step)()?;
        gone(Marker::remove(self.folder))
    }

    /// Renames what is there.
    fn step(&self, from: &Path, to: &Path) -> io::Result<()> {
        (self.before_step)()?;
        gone(fs::rename(from, to))
    }

    fn waiting(&self, name: &str) -> PathBuf {
        self.folder.join(NEW).join(name)
    }

    fn old(&self) -> PathBuf {
        self.folder.join(OLD)
    }
}

/// What is missing is gone already.
fn gone(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}

fn exists(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

/// A name and those that belong to it.
fn with_companions(name: &str) -> Vec<String> {
    let mut parts = vec![name.to_owned()];
    if name.ends_with(DATABASE) {
        parts.extend(COMPANIONS.iter().map(|end| format!("{name}{end}")));
    }
    parts
}

#[cfg(test)]
mod tests;
