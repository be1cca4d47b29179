//! Making a backup.
//!
//! The moment is chosen when the copy of the database begins. From before that until the last file is
//! in the zip no file is deleted, so each one that a record names at that moment is inside. Files
//! that come meanwhile may be inside as well; no record of the backup names them.

use std::{path::Path, sync::Arc};

use futures_util::TryStreamExt;
use tempfile::TempDir;
use underpin_files::{FileKey, Hold};
use underpin_model::{DomainError, DomainResult, Timestamp};
use underpin_storage::{room, transfer::Place};

use super::{
    BackupName, Turn,
    copied::{self, Copied},
    manifest::{DATA, FORMAT, LOGS, Manifest, PRODUCT, STORAGE},
    pack::Packer,
    shrink::shrink,
};
use crate::{
    Backend,
    records::file_fault,
    transfer::{Listener, Step},
};

/// What the zip is called until it is whole.
const ZIP: &str = "backup.zip";
/// Bytes that must be left on the disk besides.
const RESERVE: u64 = 256 << 20;

/// Makes a backup and puts it where backups lie; gives its manifest. It goes on when the caller
/// goes away, and is given up when the server stops.
///
/// # Errors
/// `Invalid` when another one is being made or restored, `NoRoom` when the disk can't take it, and
/// faults of database and stores. Then there is no new backup.
pub async fn make(
    backend: &Arc<Backend>,
    name: &BackupName,
    listener: Arc<dyn Listener>,
) -> DomainResult<Manifest> {
    let turn = Turn::take(backend).await?;
    let (backend, name) = (Arc::clone(backend), name.clone());
    let making = tokio::spawn(async move {
        let mut stop = backend.jobs.stopping();
        let made = tokio::select! {
            made = make_here(&backend, &name, listener) => made,
            _ = stop.wait_for(|stop| *stop) => Err(DomainError::Busy),
        };
        turn.end().await;
        match &made {
            Ok(manifest) => tracing::info!(
                backup.name = %name, files = manifest.files(), "made the backup `{name}`"
            ),
            Err(error) => {
                tracing::warn!(backup.name = %name, %error, "a backup could not be made");
            }
        }
        made
    });
    making.await.map_err(|error| DomainError::fault("making a backup", error))?
}

async fn make_here(
    backend: &Arc<Backend>,
    name: &BackupName,
    listener: Arc<dyn Listener>,
) -> DomainResult<Manifest> {
    let scratch = backend.backups.scratch()?;
    check_room(backend, scratch.path())?;
    let hold = backend.files.hold_deletions();
    let moment = backend.clock.now();
    let copied = copied::copy(backend, scratch.path(), &listener).await?;
    let zip = scratch.path().join(ZIP);
    let told = Arc::clone(&listener);
    listener.begins(Step::Pack, 0);
    let mut packer = Packer::start(zip.clone(), moment, move |bytes| told.advances(bytes))?;
    packer.add(DATA, scratch.path().join(DATA)).await?;
    packer.add(LOGS, scratch.path().join(LOGS)).await?;
    add_files(backend, &mut packer).await?;
    let manifest = packer.finish(manifest(moment, copied)).await?;
    listener.ends();
    put_away(backend, name, &zip, (hold, scratch)).await?;
    Ok(manifest)
}

/// Refuses at once what would surely end with a full disk.
fn check_room(backend: &Backend, folder: &Path) -> DomainResult<()> {
    let size = |path: std::path::PathBuf| std::fs::metadata(path).map_or(0, |found| found.len());
    let needed = match backend.database.place() {
        Place::Sqlite(directory) => {
            size(directory.join(DATA)).saturating_add(size(directory.join(LOGS)))
        }
        Place::Postgres(_) | Place::Beside(_) => 0,
    };
    match room::free_bytes(folder) {
        Some(free) if free < needed.saturating_add(RESERVE) => Err(DomainError::NoRoom),
        _ => Ok(()),
    }
}

/// Puts every uploaded file into the zip.
async fn add_files(backend: &Backend, packer: &mut Packer) -> DomainResult<()> {
    let failed = |error| file_fault("reading files for a backup", error);
    let mut listed = backend.files.list_all();
    let mut strange: u64 = 0;
    while let Some(file) = listed.try_next().await.map_err(failed)? {
        // Whatever else lies there can't be a record's file.
        let Ok(key) = FileKey::parse(&file.key) else {
            strange += 1;
            continue;
        };
        let Some(mut opened) = backend.files.read(&key, None).await.map_err(failed)? else {
            continue;
        };
        packer.begin(format!("{STORAGE}/{key}"), opened.meta.size).await?;
        while let Some(bytes) = opened.body.try_next().await.map_err(failed)? {
            packer.push(bytes).await?;
        }
        packer.end().await?;
    }
    if strange > 0 {
        tracing::warn!(count = strange, "files that no record can have are not in the backup");
    }
    Ok(())
}

fn manifest(moment: Timestamp, copied: Copied) -> Manifest {
    Manifest {
        product: PRODUCT.to_owned(),
        format: FORMAT,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        created: moment.to_string(),
        database: copied.database.to_owned(),
        position: copied.mark.position,
        epoch: copied.mark.epoch,
        tables: copied.tables,
        left_out: copied.left_out,
        entries: Vec::new(),
    }
}

/// Lets deletions go on, and brings the zip to where backups lie.
async fn put_away(
    backend: &Backend,
    name: &BackupName,
    zip: &Path,
    (hold, scratch): (Hold, TempDir),
) -> DomainResult<()> {
    hold.release().await;
    let brought = backend.backups.store().bring(zip, &name.key()?).await;
    brought.map_err(|error| file_fault("keeping a backup", error))?;
    // What is left in there may be large.
    for file in [DATA, LOGS] {
        if let Err(error) = shrink(&scratch.path().join(file)).await {
            tracing::debug!(%error, "a copy is removed as a whole");
        }
    }
    let removed = tokio::task::spawn_blocking(move || scratch.close()).await;
    if !matches!(removed, Ok(Ok(()))) {
        tracing::warn!("what was needed for a backup could not be removed");
    }
    Ok(())
}
