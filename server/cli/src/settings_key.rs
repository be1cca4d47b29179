//! The key that secrets of the settings are sealed under: configured, or a file in the data
//! directory that is made when it is first needed.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Read, Write},
    path::Path,
};

use anyhow::Context;
use underpin_credentials::{Secret, random, seal::SealingKey};
use underpin_domain::settings;
use underpin_storage::Database;

use crate::config::Config;

/// The file in the data directory.
const FILE_NAME: &str = "settings.key";

/// The key, or none where nodes share a database and were given none.
///
/// # Errors
/// A key that can't be read or made, or that is missing although secrets are sealed under it.
pub(crate) async fn find(
    config: &Config,
    database: &Database,
) -> anyhow::Result<Option<SealingKey>> {
    let text = match configured(config)? {
        Some(text) => Some(text),
        None if config.database.postgres().is_some() => None,
        None => Some(of_the_directory(&config.data_dir, database).await?),
    };
    let key = text.map(|text| SealingKey::from_text(&text)).transpose();
    key.context("the settings key can't be used")
}

/// The key of a project that is about to be made in a directory, or in a database that servers
/// share, and what keeps it for them.
///
/// # Errors
/// A key that can't be read.
pub(crate) fn of_a_new_project(
    config: &Config,
    directory: Option<&Path>,
) -> anyhow::Result<(Option<SealingKey>, Keep)> {
    let nothing: Keep = Box::new(|| Ok(()));
    let (text, keep) = match (configured(config)?, directory) {
        (Some(text), _) => (text, nothing),
        (None, None) => return Ok((None, nothing)),
        (None, Some(directory)) => {
            let path = directory.join(FILE_NAME);
            match read(&path) {
                Ok(text) => (text, nothing),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    let text = Secret::new(random::token_key());
                    let kept = text.clone();
                    let keep: Keep = Box::new(move || write(&path, &kept));
                    (text, keep)
                }
                Err(error) => {
                    return Err(error).with_context(|| format!("reading {}", path.display()));
                }
            }
        }
    };
    let key = SealingKey::from_text(&text).context("the settings key can't be used")?;
    Ok((Some(key), keep))
}

/// Keeps a key.
pub(crate) type Keep = Box<dyn Fn() -> io::Result<()> + Send + Sync>;

fn configured(config: &Config) -> anyhow::Result<Option<Secret>> {
    let settings = &config.settings;
    if !settings.key.expose().is_empty() {
        return Ok(Some(settings.key.clone()));
    }
    if settings.key_file.as_os_str().is_empty() {
        return Ok(None);
    }
    let file = &settings.key_file;
    let text = fs::read_to_string(file);
    let text = text.with_context(|| format!("the settings key in {}", file.display()))?;
    Ok(Some(Secret::new(text.trim())))
}

async fn of_the_directory(directory: &Path, database: &Database) -> anyhow::Result<Secret> {
    let path = directory.join(FILE_NAME);
    let shown = path.display();
    match read(&path) {
        Ok(text) => return Ok(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("reading {shown}")),
    }
    anyhow::ensure!(
        !settings::has_sealed_secrets(database).await?,
        "the settings key is missing: secrets in the settings were sealed under it. Put {shown} back, or configure the key (UNDERPIN_SETTINGS__KEY). If it is lost: underpin settings forget-secrets"
    );
    make(&path).with_context(|| format!("making {shown}"))
}

fn read(path: &Path) -> io::Result<Secret> {
    let mut file = File::open(path)?;
    warn_of_readers(path, &file)?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(Secret::new(text.trim()))
}

/// Makes a key that only this account can read; it is on the disk before anything is sealed
/// under it.
fn make(path: &Path) -> io::Result<Secret> {
    let key = Secret::new(random::token_key());
    write(path, &key)?;
    Ok(key)
}

fn write(path: &Path, key: &Secret) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    writeln!(file, "{}", key.expose())?;
    file.sync_all()?;
    #[cfg(unix)]
    if let Some(directory) = path.parent() {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}

#[cfg(unix)]
fn warn_of_readers(path: &Path, file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    if file.metadata()?.permissions().mode() & 0o077 != 0 {
        tracing::warn!(path = %path.display(), "others can read the settings key: chmod 600 it");
    }
    Ok(())
}

#[cfg(not(unix))]
fn warn_of_readers(_: &Path, _: &File) -> io::Result<()> {
    Ok(())
}
