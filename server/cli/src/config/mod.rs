//! Configuration: one small struct a concern, read once.
//!
//! Later ones win: the commented defaults, the file, the environment, flags.

mod serving;

use std::{
    fmt,
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Context;
use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use serde::Deserialize;
use underpin_credentials::Secret;

use crate::args::Shared;

/// The defaults, with a comment for each entry.
pub const DEFAULTS: &str = include_str!("default.toml");
/// The file that is read from the working directory if it is there.
const FILE_NAME: &str = "underpin.toml";
const ENV_PREFIX: &str = "UNDERPIN_";
/// The variable that many programs and platforms know.
const DATABASE_URL: &str = "DATABASE_URL";
/// How the address of a PostgreSQL begins.
pub(crate) const SCHEMES: [&str; 2] = ["postgres://", "postgresql://"];
/// Variables with our prefix that are not configuration.
const OTHERS: [&str; 9] = [
    "bin",
    "tools",
    "kill_rounds",
    "migrate_from",
    "migrate_to",
    "differential_cases",
    "differential_seed",
    "test_postgres",
    "test_database",
];

/// The whole configuration.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The data directory.
    pub data_dir: PathBuf,
    /// Worker threads; 0 = one a core.
    pub workers: usize,
    /// Seconds that requests may run after the server was told to stop.
    pub drain_seconds: u64,
    /// Sites that may call the API from a browser; `*` for all.
    pub origins: Vec<String>,
    /// Addresses and ranges of proxies that may tell a client's address.
    pub trusted_proxies: Vec<String>,
    /// The folder of static files.
    pub public_dir: PathBuf,
    /// Whether its `index.html` stands in for paths that are not there.
    pub index_fallback: bool,
    /// Logging.
    pub log: LogConfig,
    /// The database.
    pub database: DatabaseConfig,
    /// What the settings' secrets are sealed under.
    pub settings: SettingsConfig,
    /// The change log.
    pub changes: ChangesConfig,
    /// The log of requests and messages.
    pub logs: LogsConfig,
    /// Password hashing.
    pub password: PasswordConfig,
}

/// Logging.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogConfig {
    /// How lines are written.
    pub format: LogFormat,
    /// What is written.
    pub level: String,
}

/// How log lines are written.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For people.
    Text,
}

/// The database.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// Where PostgreSQL is; empty for SQLite in the data directory.
    pub url: String,
    /// Connections that read from PostgreSQL; 0 = one a core.
    pub connections: usize,
    /// Whether to wait at the start for a database that can't be reached.
    pub wait: bool,
    /// How long one read may take, in seconds.
    pub read_seconds: u64,
}

/// What the settings' secrets are sealed under.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsConfig {
    /// The key itself.
    pub key: Secret,
    /// A file that holds it.
    pub key_file: PathBuf,
}

/// The change log.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangesConfig {
    /// How long rows are kept, in hours.
    pub keep_hours: u32,
    /// Most rows that are kept.
    pub keep_rows: u64,
}

/// The log of requests and messages.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogsConfig {
    /// Most entries.
    pub keep_rows: u64,
    /// Most megabytes, about.
    pub keep_megabytes: u64,
}

/// Password hashing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PasswordConfig {
    /// Memory of one hash, in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Hashing threads; 0 = half of the cores.
    pub threads: usize,
}

impl DatabaseConfig {
    /// The address of a PostgreSQL, if one is to be used.
    pub fn postgres(&self) -> Option<&str> {
        Some(self.url.as_str()).filter(|url| !url.is_empty())
    }

    fn check(&self) -> anyhow::Result<()> {
        let is_known = |url: &str| SCHEMES.iter().any(|scheme| url.starts_with(scheme));
        let is_fine = self.postgres().is_none_or(is_known);
        anyhow::ensure!(is_fine, "the database's address must begin with postgres://");
        Ok(())
    }
}

impl fmt::Debug for DatabaseConfig {
    /// Without the address, which may hold a password.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("DatabaseConfig").finish_non_exhaustive()
    }
}

impl Config {
    /// Reads defaults, file and environment; flags go on top.
    ///
    /// # Errors
    /// An entry that is unknown or has the wrong form, or a named file that is missing.
    pub fn read(shared: &Shared) -> anyhow::Result<Self> {
        let file = match &shared.config {
            Some(path) => {
                anyhow::ensure!(path.is_file(), "there is no file {}", path.display());
                path.as_path()
            }
            None => Path::new(FILE_NAME),
        };
        let mut figment = Figment::from(Toml::string(DEFAULTS));
        if file.is_file() {
            figment = figment.merge(Toml::file_exact(file));
        }
        let url = Env::raw().only(&[DATABASE_URL]).map(|_| "database.url".into());
        let figment = figment
            .merge(url.split("."))
            .merge(Env::prefixed(ENV_PREFIX).ignore(&OTHERS).split("__"));
        let mut config: Self = figment.extract().context("the configuration can't be used")?;
        if let Some(dir) = &shared.dir {
            config.data_dir.clone_from(dir);
        }
        config.database.wait |= shared.wait;
        config.database.check()?;
        Ok(config)
    }

    /// Worker threads, at least one.
    pub fn worker_threads(&self) -> usize {
        if self.workers > 0 { self.workers } else { cores() }
    }

    /// Hashing threads, at least one.
    pub fn hashing_threads(&self) -> usize {
        if self.password.threads > 0 { self.password.threads } else { cores().div_ceil(2) }
    }
}

/// A variable of the environment that an argument names.
pub(crate) fn named_variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commented_defaults_are_complete() {
        let config = Config::read(&Shared::default()).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8090");
        assert_eq!(config.log.format, LogFormat::Json);
    }

    #[test]
    fn a_flag_wins_over_the_rest() {
        let shared = Shared { dir: Some("elsewhere".into()), ..Shared::default() };
        assert_eq!(Config::read(&shared).unwrap().data_dir, PathBuf::from("elsewhere"));
    }

    #[test]
    fn a_database_is_an_address_of_postgres_or_none() {
        let database = |url: &str| {
            let config = Config::read(&Shared::default()).unwrap();
            DatabaseConfig { url: url.to_owned(), ..config.database }
        };
        assert_eq!(database("").postgres(), None);
        let url = "postgres://user:secret@host/name";
        assert_eq!(database(url).postgres(), Some(url));
        assert!(database(url).check().is_ok() && database("").check().is_ok());
        assert!(database("mysql://host/name").check().is_err());
        assert!(!format!("{:?}", database(url)).contains("secret"));
    }

    #[test]
    fn a_named_file_must_be_there() {
        let shared = Shared { config: Some("no/such/file.toml".into()), ..Shared::default() };
        assert!(Config::read(&shared).is_err());
    }
}
