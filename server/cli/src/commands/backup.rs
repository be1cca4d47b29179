//! `underpin backup …`

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::Context;
use underpin_domain::{
    Backend,
    backups::{self, BackupName, Manifest},
};
use underpin_model::{DomainError, Json, JsonMap};

use super::{moving::Shown, outcome::say};
use crate::config::Config;

/// Where a backup is extracted to be checked, in the data directory.
const SCRATCH: &str = ".backup-temp";

/// Makes a backup.
pub(super) async fn create(backend: &Arc<Backend>, name: Option<&str>) -> anyhow::Result<()> {
    let sent: JsonMap = name.iter().map(|name| ("name".to_owned(), Json::from(*name))).collect();
    let name = match BackupName::chosen(&sent)? {
        Some(name) => {
            backups::check_free(backend, &name, "name").await?;
            name
        }
        None => {
            let settings = backend.settings.current();
            BackupName::generated(&settings.meta.app_name, backend.clock.now())
        }
    };
    let manifest = backups::make(backend, &name, Arc::new(Shown::new())).await?;
    for left in &manifest.left_out {
        say(&format!(
            "Not in its data.db, but in the collections: {} ({})",
            left.definition, left.reason
        ))?;
    }
    say(&format!("Made the backup {name}: {}.", summary(&manifest)))
}

/// Lists all backups.
pub(super) async fn list(backend: &Backend) -> anyhow::Result<()> {
    for backup in backups::list(backend).await? {
        say(&format!("{}  {:>14}  {}", backup.modified, backup.size, backup.name))?;
    }
    Ok(())
}

/// Checks a backup.
pub(super) async fn verify(config: &Config, file: &Path) -> anyhow::Result<()> {
    let zip = match File::open(file) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            return Err(DomainError::NotFound).with_context(|| file.display().to_string());
        }
        opened => opened.with_context(|| format!("{} can't be opened", file.display()))?,
    };
    let manifest = backups::verify(zip, &scratch(config), Arc::new(Shown::new())).await?;
    say(&format!("{} is sound: {}.", file.display(), summary(&manifest)))
}

/// The data directory where there is one: its disk has room for a project.
fn scratch(config: &Config) -> PathBuf {
    if config.data_dir.is_dir() {
        return config.data_dir.join(SCRATCH);
    }
    std::env::temp_dir()
}

fn summary(manifest: &Manifest) -> String {
    format!(
        "{} rows and {} files of {}, written by version {}",
        manifest.tables.values().sum::<u64>(),
        manifest.files(),
        manifest.created,
        manifest.version
    )
}
