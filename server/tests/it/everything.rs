//! All that a server keeps: a refused request must leave it as it was.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use underpin_testkit::TestServer;

/// Where uploads lie until they have a place; what is left there is removed behind the answer.
const STAGING: &str = ".staging";

/// Every row of every table, and every stored file.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Everything {
    rows: BTreeMap<String, Vec<String>>,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Everything {
    /// Reads it straight from the database and the data folder.
    pub(crate) fn of(server: &TestServer) -> Self {
        let data = server.data().join("data");
        let mut tables = server.store.tables();
        // Counts writes that the log does not tell of, refused ones too; and what the clock does.
        tables.retain(|table| table != "_counters" && table != "_jobs");
        let rows = server.store.contents(&tables);
        let rows = tables.into_iter().zip(rows).collect();
        let mut files = BTreeMap::new();
        collect_files(&data.join("storage"), &mut files);
        Self { rows, files }
    }

    /// How many files are stored.
    pub(crate) fn file_count(&self) -> usize {
        self.files.len()
    }

    /// Waits until discarded uploads are removed; panics when they stay.
    pub(crate) async fn wait_for_empty_staging(server: &TestServer) {
        let folder = server.data().join("data").join("storage").join(STAGING);
        let is_file = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().path().is_file();
        let is_empty = || std::fs::read_dir(&folder).map_or(true, |mut all| !all.any(is_file));
        let emptied = async {
            while !is_empty() {
                tokio::task::yield_now().await;
            }
        };
        let patience = std::time::Duration::from_secs(20);
        tokio::time::timeout(patience, emptied).await.expect("a discarded upload stays behind");
    }

    /// Panics with the first table or file that differs.
    #[track_caller]
    pub(crate) fn assert_same(&self, now: &Self, what: &str) {
        for (table, rows) in &self.rows {
            assert_eq!(Some(rows), now.rows.get(table), "{what} changed the table {table}");
        }
        assert_eq!(self.rows.len(), now.rows.len(), "{what} made a table");
        assert_eq!(self.files, now.files, "{what} changed the files");
    }
}

fn collect_files(folder: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.ends_with(STAGING) {
            continue;
        }
        if path.is_dir() {
            collect_files(&path, into);
        } else {
            into.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
}
