//! Making the new state complete beside the old one. Whatever fails here changes nothing.

use std::{
    fs::{self, File},
    io,
    path::Path,
    sync::Arc,
};

use underpin_credentials::seal::SealingKey;
use underpin_files::FileStore;
use underpin_model::{DomainError, DomainResult, Timestamp};
use underpin_storage::{
    Database, SqliteOptions,
    transfer::{BatchSize, Place},
};

use super::{
    home::{Home, make_folder},
    marker::{Marker, Phase, sync},
};
use crate::{
    backups::{Left, Manifest, unpack},
    jobs,
    removal::BACKUPS,
    schema::{self, LeftOut},
    settings::{self, LiveSettings},
    transfer::{Listener, Step, Telling, TransferAsk, TransferError, transfer},
};

/// What a project is made of.
const DATA: &str = "data.db";
const LOGS: &str = "auxiliary.db";
const FILES: &str = "storage";

/// A new state that waits to be put in place.
#[derive(Debug)]
pub struct Prepared {
    /// What its change log is called.
    pub epoch: String,
    /// What the backup says of itself.
    pub manifest: Manifest,
    /// What could not come along, since the database can't have it.
    pub left_out: Vec<LeftOut>,
}

/// Makes the new state complete, and leaves word that it is to be put in place. The secrets of its
/// settings must be sealed under the key.
///
/// # Errors
/// `Invalid` with the reason when the backup can't be used, `Busy` while another restore is under
/// way, `NoRoom`, and faults. Nothing has changed then.
pub async fn prepare(
    home: &Home,
    key: Option<SealingKey>,
    now: Timestamp,
    zip: File,
    listener: Arc<dyn Listener>,
) -> DomainResult<Prepared> {
    home.clear().await?;
    if home.marker()?.is_some() {
        return Err(DomainError::bad_request("Another backup is being restored."));
    }
    check_folder(&home.folder)?;
    let folder = home.new_state();
    removed(&folder)?;
    let made = make(home, key, now, zip, listener).await;
    if made.is_err() {
        removed(&folder)?;
        if let Err(error) = home.database.clear_beside().await {
            tracing::warn!(%error, "what is left of a restore could not be removed");
        }
    }
    made
}

async fn make(
    home: &Home,
    key: Option<SealingKey>,
    now: Timestamp,
    zip: File,
    listener: Arc<dyn Listener>,
) -> DomainResult<Prepared> {
    let folder = home.new_state();
    make_folder(&folder).map_err(failed)?;
    let manifest = unpack(zip, &folder, Arc::clone(&listener)).await?;
    fs::create_dir_all(folder.join(FILES)).map_err(failed)?;
    let (epoch, mut left_out) =
        bring_up(home, &folder, &manifest, key, now, listener.as_ref()).await?;
    let mut names = vec![FILES.to_owned()];
    let mut beside = None;
    if home.database.is_postgres() {
        left_out = copy_beside(home, &folder, listener.as_ref()).await?;
        for name in [DATA, LOGS] {
            removed_file(&folder.join(name))?;
        }
        beside = Some(epoch.clone());
    } else {
        names.push(DATA.to_owned());
        names.extend(folder.join(LOGS).exists().then(|| LOGS.to_owned()));
        synced_file(&folder.join(DATA))?;
    }
    sync(&folder).map_err(failed)?;
    for what in &left_out {
        tracing::warn!("not restored, since the database can't have it: {what}");
    }
    let marker = Marker { phase: Phase::Swap, names, beside };
    marker.write(&home.folder).map_err(failed)?;
    Ok(Prepared { epoch, manifest, left_out })
}

/// Opens the records as a server would: what can't be opened is found now. The change log begins
/// another life.
async fn bring_up(
    home: &Home,
    folder: &Path,
    manifest: &Manifest,
    key: Option<SealingKey>,
    now: Timestamp,
    listener: &dyn Listener,
) -> DomainResult<(String, Vec<LeftOut>)> {
    let options = SqliteOptions { memory_map: 0, ..SqliteOptions::in_directory(folder) };
    let database = Database::open_sqlite(options).await;
    let database = database.map_err(|error| {
        DomainError::bad_request(format!("The backup's database can't be used: {error}."))
    })?;
    let brought = async {
        if !settings::fits(&database, key.as_ref()).await? {
            return Err(DomainError::bad_request(OTHER_KEY));
        }
        let settings = LiveSettings::load(&database, key, now).await?.current();
        let schema = Arc::new(schema::load(&database).await?);
        let left_out = if home.database.is_postgres() {
            Vec::new()
        } else {
            schema::take_out_missing(&database, &schema, missing_indexes(manifest)).await?
        };
        if let Some(bucket) = settings::bucket_of_files(&settings)? {
            into_bucket(&folder.join(FILES), &bucket, listener).await?;
        }
        let begin = database.write(|tx| {
            Box::pin(async move {
                // Held while the backup was made: nobody holds it any more.
                jobs::let_go(tx, BACKUPS).await?;
                Ok::<_, DomainError>(tx.begin_epoch().await?)
            })
        });
        Ok((begin.await?, left_out))
    };
    let brought = brought.await;
    database.close().await;
    brought
}

/// What the manifest says of indexes that the records came without.
fn missing_indexes(manifest: &Manifest) -> Vec<LeftOut> {
    let indexes = manifest.left_out.iter().filter(|left| left.is_index);
    let told = |left: &Left| LeftOut::Index {
        collection: left.collection.clone(),
        reason: left.reason.clone(),
        definition: left.definition.clone(),
    };
    indexes.map(told).collect()
}

/// Said where the settings of a backup can't be read here.
const OTHER_KEY: &str = "The backup can't be restored here: passwords in its settings are sealed under another settings key. Start the server with the key that the backup was made with (UNDERPIN_SETTINGS__KEY, or settings.key in the data folder), and restore it then.";

/// Puts files where the settings of the new state have them. The old state does not miss anything:
/// a file's name is never given to another file.
async fn into_bucket(
    folder: &Path,
    bucket: &FileStore,
    listener: &dyn Listener,
) -> DomainResult<()> {
    let telling = Telling::begin(listener, Step::Files, 0);
    let files = FileStore::local(folder).map_err(files_failed)?;
    files.copy_to(bucket, &|| telling.advance(1)).await.map_err(files_failed)?;
    telling.end();
    removed(folder)?;
    fs::create_dir(folder).map_err(failed)
}

/// Copies the records into a schema of their own.
async fn copy_beside(
    home: &Home,
    folder: &Path,
    listener: &dyn Listener,
) -> DomainResult<Vec<LeftOut>> {
    let Place::Postgres(url) = &home.database else { return Ok(Vec::new()) };
    home.database.make_room_beside().await?;
    let ask = TransferAsk {
        from: Place::Sqlite(folder.to_owned()),
        to: Place::Beside(url.clone()),
        files: None,
        may_leave_out: true,
        batch: BatchSize::default(),
    };
    let report = Box::pin(transfer(&ask, listener)).await.map_err(|error| match error {
        TransferError::Storage(error) => error.into(),
        TransferError::Domain(error) => error,
        TransferError::Files(error) => files_failed(error),
        refused => DomainError::bad_request(format!("The backup can't be restored: {refused}")),
    })?;
    if !report.is_equal() {
        let cause = "what was written is not what was read";
        return Err(DomainError::fault("copying a backup into the database", cause));
    }
    Ok(report.left_out)
}

/// Refuses a data folder whose files can't be exchanged by a rename.
fn check_folder(folder: &Path) -> DomainResult<()> {
    let here = match fs::symlink_metadata(folder.join(FILES)) {
        Ok(here) => here,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    if here.is_symlink() || is_elsewhere(folder, &here)? {
        return Err(DomainError::bad_request(
            "Nothing can be restored here: the folder storage lies on another disk than the rest of the data folder.",
        ));
    }
    Ok(())
}

#[cfg(unix)]
fn is_elsewhere(folder: &Path, files: &fs::Metadata) -> DomainResult<bool> {
    use std::os::unix::fs::MetadataExt;
    Ok(fs::metadata(folder).map_err(failed)?.dev() != files.dev())
}

#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may fail")]
fn is_elsewhere(_: &Path, _: &fs::Metadata) -> DomainResult<bool> {
    Ok(false)
}

fn removed(folder: &Path) -> DomainResult<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(()),
    }
}

fn removed_file(file: &Path) -> DomainResult<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(error)),
        _ => Ok(()),
    }
}

fn synced_file(file: &Path) -> DomainResult<()> {
    File::open(file).and_then(|file| file.sync_all()).map_err(failed)
}

fn failed(error: io::Error) -> DomainError {
    match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => DomainError::NoRoom,
        _ => DomainError::fault("preparing a restore", error),
    }
}

fn files_failed(error: underpin_files::FileError) -> DomainError {
    DomainError::fault("copying the files of a backup", error)
}
