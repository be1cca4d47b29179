//! What a backup says of itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The name of the program, by which its backups are known.
pub(super) const PRODUCT: &str = "underpin";
/// The form of backups that this program writes; newer ones are refused.
pub(super) const FORMAT: u32 = 1;
/// Its name in the zip.
pub(super) const MANIFEST: &str = "manifest.json";
/// The records' name in the zip.
pub(super) const DATA: &str = "data.db";
/// The log's name in the zip.
pub(super) const LOGS: &str = "auxiliary.db";
/// Where uploaded files are in the zip.
pub(super) const STORAGE: &str = "storage";

/// What a backup says of itself: the entry `manifest.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// Always `underpin`.
    pub product: String,
    /// The form of the backup.
    pub format: u32,
    /// The version of the program that made it.
    pub version: String,
    /// The moment that it shows.
    pub created: String,
    /// The kind of database that the project was in: `sqlite` or `postgres`.
    pub database: String,
    /// The newest position of the change log at that moment.
    pub position: i64,
    /// What the sequence of positions was called.
    pub epoch: String,
    /// How many rows each table of `data.db` has.
    pub tables: BTreeMap<String, u64>,
    /// Views and indexes that the collections name and that `data.db` does not have, since SQLite
    /// can't. A PostgreSQL database can.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<Left>,
    /// Every other entry of the zip.
    pub entries: Vec<Entry>,
}

/// A view or an index that is not in `data.db`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Left {
    /// The collection's name.
    pub collection: String,
    /// The view's query or the index's definition.
    pub definition: String,
    /// Why it is not there.
    pub reason: String,
    /// Whether it is an index; else it is a view.
    pub is_index: bool,
}

/// An entry of the zip.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub size: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// Whether the log is inside.
    pub fn has_logs(&self) -> bool {
        self.entries.iter().any(|entry| entry.name == LOGS)
    }

    /// How many uploaded files are inside.
    pub fn files(&self) -> usize {
        self.entries.iter().filter(|entry| entry.name.contains('/')).count()
    }
}
