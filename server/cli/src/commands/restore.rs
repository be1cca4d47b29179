//! `underpin backup restore`

use std::{fs::File, path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use underpin_domain::restore::{FolderLock, Home, Prepared, Process, prepare};

use super::{close, moving::Shown, outcome::say};
use crate::{
    assemble::{Outside, home, restored},
    config::Config,
    settings_key,
};

/// Puts a backup in place of the project. On SQLite nobody may serve it meanwhile; nodes on a
/// PostgreSQL database go over to the new state by themselves.
pub(super) async fn carry_out(
    file: &Path,
    config: &Config,
    outside: Outside,
) -> anyhow::Result<()> {
    let zip = File::open(file).with_context(|| format!("{} can't be opened", file.display()))?;
    let home = home(config);
    let is_here = !home.database.is_postgres();
    drop(home.share().await.context("the data folder can't be used")?);
    let lock = if is_here { Some(alone(&home).await?) } else { None };
    let directory = is_here.then_some(home.folder.as_path());
    let (key, keep_key) = settings_key::of_a_new_project(config, directory)?;
    say(&format!("Restoring {} to {}.", file.display(), home.database))?;
    let prepared = prepare(&home, key, outside.clock.now(), zip, Arc::new(Shown::new())).await?;
    keep_key().context("keeping the settings key")?;
    drop(lock);
    let backend = restored(config, outside, Process::This).await?;
    let is_new = backend.database.change_epoch() == prepared.epoch;
    close(&backend).await;
    home.clear().await?;
    anyhow::ensure!(is_new, "the backup can't be opened: the project is as it was");
    tell(&prepared)
}

/// Nobody else has the project open.
async fn alone(home: &Home) -> anyhow::Result<FolderLock> {
    FolderLock::exclusive(&home.folder, Duration::ZERO).await.with_context(|| {
        format!(
            "a server has {} open: stop it, or restore the backup through its console or API",
            home.folder.display()
        )
    })
}

fn tell(prepared: &Prepared) -> anyhow::Result<()> {
    let manifest = &prepared.manifest;
    let rows: u64 = manifest.tables.values().sum();
    say(&format!(
        "Restored the project as it was at {}: {rows} rows, {} files.",
        manifest.created,
        manifest.files()
    ))?;
    for what in &prepared.left_out {
        say(&format!("Left out, since the database can't have it: {what}"))?;
    }
    Ok(())
}
