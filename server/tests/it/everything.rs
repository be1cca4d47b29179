//! All that a server keeps: a refused request must leave it as it was.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags, types::ValueRef};
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
    /// Reads it straight from the data folder.
    pub(crate) fn of(server: &TestServer) -> Self {
        let data = server.data().join("data");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let database = Connection::open_with_flags(data.join("data.db"), flags).unwrap();
        let mut names = database
            .prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%'")
            .unwrap();
        let names = names.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let rows = names.map(|name| name.unwrap()).map(|name| {
            let rows = rows(&database, &name);
            (name, rows)
        });
        let rows = rows.collect();
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

fn rows(database: &Connection, table: &str) -> Vec<String> {
    let mut select = database.prepare(&format!("SELECT * FROM \"{table}\"")).unwrap();
    let columns = select.column_count();
    let found = select.query_map([], |row| {
        let cells = (0..columns).map(|at| match row.get_ref(at).unwrap() {
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            other => format!("{other:?}"),
        });
        Ok(cells.collect::<Vec<_>>().join("|"))
    });
    found.unwrap().map(|row| row.unwrap()).collect()
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
