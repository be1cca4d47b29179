//! Configuration: one small struct a concern, read once.
//!
//! Later ones win: the commented defaults, the file, the environment, flags.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
};

use anyhow::Context;
use figment::{
    Figment,
    providers::{Env, Format, Toml},
};
use serde::Deserialize;

use crate::args::Shared;

/// The defaults, with a comment for each entry.
pub const DEFAULTS: &str = include_str!("default.toml");
/// The file that is read from the working directory if it is there.
const FILE_NAME: &str = "underpin.toml";
const ENV_PREFIX: &str = "UNDERPIN_";
/// Variables with our prefix that are not configuration.
const OTHERS: [&str; 5] =
    ["bin", "tools", "kill_rounds", "differential_cases", "differential_seed"];

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
    /// Logging.
    pub log: LogConfig,
    /// The database.
    pub database: DatabaseConfig,
    /// The change log.
    pub changes: ChangesConfig,
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
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DatabaseConfig {
    /// How long one read may take, in seconds.
    pub read_seconds: u64,
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
        let figment = figment.merge(Env::prefixed(ENV_PREFIX).ignore(&OTHERS).split("__"));
        let mut config: Self = figment.extract().context("the configuration can't be used")?;
        if let Some(dir) = &shared.dir {
            config.data_dir.clone_from(dir);
        }
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
        let shared = Shared { dir: Some("elsewhere".into()), config: None };
        assert_eq!(Config::read(&shared).unwrap().data_dir, PathBuf::from("elsewhere"));
    }

    #[test]
    fn a_named_file_must_be_there() {
        let shared = Shared { dir: None, config: Some("no/such/file.toml".into()) };
        assert!(Config::read(&shared).is_err());
    }
}
