//! Opens the database that the configuration names.

use std::time::Duration;

use anyhow::Context;
use underpin_storage::{Database, PostgresOptions, SqliteOptions, StorageError};

use crate::config::Config;

/// Pause between two tries.
const PAUSE: Duration = Duration::from_secs(1);

/// PostgreSQL when an address is given, else SQLite in the data directory.
///
/// # Errors
/// It can't be opened or migrated; the message says why.
pub(crate) async fn open(config: &Config) -> anyhow::Result<Database> {
    let read_limit = Duration::from_secs(config.database.read_seconds.max(1));
    let Some(url) = config.database.postgres() else {
        let directory = &config.data_dir;
        let options = SqliteOptions { read_limit, ..SqliteOptions::in_directory(directory) };
        let opened = Database::open_sqlite(options).await;
        return opened
            .with_context(|| format!("the database in {} can't be used", directory.display()));
    };
    let mut options = PostgresOptions { read_limit, ..PostgresOptions::at(url) };
    if config.database.connections > 0 {
        options.readers = config.database.connections;
    }
    let mut is_told = false;
    loop {
        match Database::open_postgres(options.clone()).await {
            Err(error @ (StorageError::Unreachable(_) | StorageError::Busy))
                if config.database.wait =>
            {
                if !is_told {
                    tracing::warn!(
                        cause = std::error::Error::source(&error).map(tracing::field::display),
                        "waiting for the database, which can't be reached"
                    );
                    is_told = true;
                }
                tokio::time::sleep(PAUSE).await;
            }
            opened => return opened.context("the PostgreSQL database can't be used"),
        }
    }
}
