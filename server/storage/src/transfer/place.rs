//! Where a database is, and what is in it already.

use std::{fmt, path::PathBuf, time::Duration};

use super::{
    snapshot::{HalfMoved, Snapshot},
    tables::{TRANSFER, is_system},
};
use crate::{Database, PostgresOptions, SqliteOptions, StorageResult, statement::Dialect};

/// A statement on a large table may take this long.
const PATIENCE: Duration = Duration::from_secs(24 * 3_600);

/// How long to wait for a turn where others are busy on the same server: nobody waits for an answer.
const TURN: Duration = Duration::from_secs(300);

/// Where a database is.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// SQLite, in this directory.
    Sqlite(PathBuf),
    /// PostgreSQL, at this address.
    Postgres(String),
    /// The PostgreSQL at this address, beside the project that is served from it: in a schema that
    /// a restore uses and nothing else.
    Beside(String),
}

/// What is in a database that a project is to be moved into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TargetState {
    /// Nothing, or no more than the tables of an empty project.
    Empty,
    /// A part of a project whose transfer was interrupted.
    HalfMoved,
    /// Something else; the text says what.
    Occupied(String),
}

impl Place {
    /// The kind of database.
    pub(crate) fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) | Self::Beside(_) => Dialect::Postgres,
        }
    }

    /// Whether it is PostgreSQL.
    pub fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_) | Self::Beside(_))
    }

    /// Opens it as the target of a transfer: it may be half moved, and statements may take long.
    pub async fn open_target(&self) -> StorageResult<Database> {
        match self {
            Self::Sqlite(directory) => {
                let options = SqliteOptions {
                    write_limit: PATIENCE,
                    busy_limit: TURN,
                    accepts_half_moved: true,
                    memory_map: 0,
                    ..SqliteOptions::in_directory(directory)
                };
                Database::open_sqlite(options).await
            }
            Self::Postgres(url) | Self::Beside(url) => {
                let options = PostgresOptions {
                    write_limit: PATIENCE,
                    busy_limit: TURN,
                    accepts_half_moved: true,
                    readers: 1,
                    is_beside: matches!(self, Self::Beside(_)),
                    ..PostgresOptions::at(url)
                };
                Database::open_postgres(options).await
            }
        }
    }

    /// Makes an empty place for a project beside the one that is here.
    pub async fn make_room_beside(&self) -> StorageResult<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(url) | Self::Beside(url) => {
                PostgresOptions::at(url).make_room_beside().await
            }
        }
    }

    /// Removes what is beside the project that is here.
    pub async fn clear_beside(&self) -> StorageResult<()> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(url) | Self::Beside(url) => {
                PostgresOptions::at(url).clear_beside().await
            }
        }
    }

    /// What is in it. Nothing is made or changed.
    pub async fn look_inside(&self) -> StorageResult<TargetState> {
        if let Self::Sqlite(directory) = self
            && SqliteOptions::in_directory(directory).is_unused()
        {
            return Ok(TargetState::Empty);
        }
        let mut snapshot = Snapshot::begin(self).await?;
        let names = snapshot.relations().await?;
        if names.iter().any(|name| name == TRANSFER) {
            return Ok(TargetState::HalfMoved);
        }
        let has_collections = names.iter().any(|name| name == "_collections");
        if has_collections && snapshot.count("_collections").await? > 0 {
            return Ok(TargetState::Occupied("a project".to_owned()));
        }
        if let Some(strange) = names.iter().find(|name| !is_system(name)) {
            let said = format!("tables of its own, \"{strange}\" among them");
            return Ok(TargetState::Occupied(said));
        }
        Ok(TargetState::Empty)
    }

    /// A snapshot of it.
    pub async fn snapshot(&self, half_moved: HalfMoved) -> StorageResult<Snapshot> {
        Snapshot::open(self, half_moved).await
    }
}

impl fmt::Display for Place {
    /// Without what may be a password.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(directory) => write!(out, "sqlite:{}", directory.display()),
            Self::Postgres(url) | Self::Beside(url) => {
                let behind = url.split_once("://").map_or(url.as_str(), |(_, behind)| behind);
                let behind = behind.split(['?', '#']).next().unwrap_or_default();
                let host = behind.rsplit_once('@').map_or(behind, |(_, host)| host);
                write!(out, "postgres://{host}")
            }
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}
