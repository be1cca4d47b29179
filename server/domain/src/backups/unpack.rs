//! Reading a backup, believing nothing of it.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use tokio::sync::oneshot;
use underpin_model::{DomainError, DomainResult};
use underpin_storage::{
    StorageError,
    backup::{FileLook, ProjectFile, look_through_file},
    patient_thread::{self, Patience},
};

use super::{
    Manifest,
    archive::{Archive, Sink},
    desk::{disk_fault, scratch_in},
    manifest::{DATA, LOGS, STORAGE},
};
use crate::transfer::{Listener, Step};

/// Checks a backup and extracts it into an empty folder, which is made if it is missing: `data.db`,
/// `auxiliary.db` (if the log is inside) and `storage/<collection>/<record>/<file>`. All of it is on
/// the disk when this ends. After a failure the folder may hold a part: remove it.
///
/// # Errors
/// `Invalid` with a sentence for people when it is damaged, hostile, of a newer version or none of
/// ours; `NoRoom` when the disk can't take it.
pub async fn unpack(zip: File, into: &Path, listener: Arc<dyn Listener>) -> DomainResult<Manifest> {
    read(zip, into.to_owned(), Files::Extracted, listener).await
}

/// Checks a backup as [`unpack`] does. Its database is extracted into a folder of its own below
/// `scratch`, which goes at the end.
///
/// # Errors
/// As [`unpack`].
pub async fn verify(
    zip: File,
    scratch: &Path,
    listener: Arc<dyn Listener>,
) -> DomainResult<Manifest> {
    let folder = scratch_in(scratch)?;
    read(zip, folder.path().join("backup"), Files::Looked, listener).await
}

/// What becomes of uploaded files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Files {
    /// They are extracted.
    Extracted,
    /// Their bytes are checked, and kept nowhere.
    Looked,
}

async fn read(
    zip: File,
    into: PathBuf,
    files: Files,
    listener: Arc<dyn Listener>,
) -> DomainResult<Manifest> {
    let (answer, done) = oneshot::channel();
    let (folder, told) = (into.clone(), Arc::clone(&listener));
    patient_thread::start("backup", Patience::Much, move || {
        // Nobody may wait for it any more.
        let _ = answer.send(extract(zip, &folder, files, told.as_ref()));
    })
    .map_err(|error| DomainError::fault("starting a thread", error))?;
    let extracted = done.await;
    let manifest = extracted
        .unwrap_or_else(|_| Err(DomainError::fault("reading a backup", "the thread ended")))?;
    listener.begins(Step::Inspect(DATA), 0);
    let look = look_through(&into.join(DATA), DATA, ProjectFile::Records).await?;
    check_rows(&manifest, &look)?;
    if manifest.has_logs() {
        listener.begins(Step::Inspect(LOGS), 0);
        look_through(&into.join(LOGS), LOGS, ProjectFile::Logs).await?;
    }
    listener.ends();
    Ok(manifest)
}

/// Takes everything out that the manifest names, and nothing else.
fn extract(
    zip: File,
    into: &Path,
    files: Files,
    listener: &dyn Listener,
) -> DomainResult<Manifest> {
    let mut archive = Archive::open(zip)?;
    let made = make_empty(into);
    made.map_err(|error| disk_fault("making a folder for a backup", error))?;
    archive.check_room(into)?;
    let manifest = archive.manifest().clone();
    listener.begins(Step::Unpack, archive.bytes());
    for entry in &manifest.entries {
        let is_file = entry.name.starts_with(STORAGE);
        let sink = if is_file && files == Files::Looked { Sink::Nowhere } else { Sink::Into(into) };
        archive.take_out(entry, sink, &|bytes| listener.advances(bytes))?;
    }
    listener.ends();
    let flushed = flush_folders(into);
    flushed.map_err(|error| disk_fault("extracting a backup", error))?;
    Ok(manifest)
}

/// Makes a folder, or finds it empty.
fn make_empty(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    match fs::read_dir(folder)?.next() {
        None => Ok(()),
        Some(_) => Err(io::Error::other("the folder for a backup is not empty")),
    }
}

/// Names of files are kept when their folders are on the disk.
fn flush_folders(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            flush_folders(&entry.path())?;
        }
    }
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    Ok(())
}

/// Has the database look through a file.
async fn look_through(
    file: &Path,
    name: &'static str,
    kind: ProjectFile,
) -> DomainResult<FileLook> {
    look_through_file(file, kind).await.map_err(|error| match error {
        StorageError::Corrupt(cause) => DomainError::bad_request(format!(
            "The backup can't be used: {name} is damaged ({cause})."
        )),
        StorageError::Transfer(why) | StorageError::Migration(why) => {
            DomainError::bad_request(format!("The backup can't be used: {name}: {why}."))
        }
        StorageError::Other { source, .. } => {
            DomainError::bad_request(format!("The backup can't be used: {name}: {source}."))
        }
        error => error.into(),
    })
}

/// Compares what the database holds with what the manifest says.
fn check_rows(manifest: &Manifest, look: &FileLook) -> DomainResult<()> {
    let is_same = manifest.tables == look.tables
        && manifest.position == look.position
        && manifest.epoch == look.epoch;
    if is_same {
        return Ok(());
    }
    Err(DomainError::bad_request(
        "The backup can't be used: its database does not hold what its manifest says.",
    ))
}
