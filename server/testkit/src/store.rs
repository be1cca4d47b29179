//! Where a test server keeps its data, and what is in there, behind the server's back.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, types::ValueRef};
use underpin_testpg::TestDatabase;

/// Chooses the database that test servers run on: `sqlite`, which they do anyway, or `postgres`.
const CHOICE: &str = "UNDERPIN_TEST_DATABASE";

/// Whether test servers run on PostgreSQL.
pub fn is_on_postgres() -> bool {
    std::env::var(CHOICE).is_ok_and(|choice| choice == "postgres")
}

/// The database of one test server.
pub enum Store {
    /// A file.
    Sqlite(PathBuf),
    /// A database of its own.
    Postgres(TestDatabase),
}

impl Store {
    /// A fresh one for a data folder, of the kind that the environment asks for.
    pub(crate) fn create(data: &Path) -> Self {
        match std::env::var(CHOICE).as_deref() {
            Ok("postgres") => Self::Postgres(TestDatabase::create()),
            Ok("sqlite") | Err(_) => Self::Sqlite(data.join("data.db")),
            Ok(other) => panic!("{CHOICE} is no {other}"),
        }
    }

    /// Its address, if it is not in the data folder.
    pub fn url(&self) -> Option<String> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(database) => Some(database.url()),
        }
    }

    /// Whether it is PostgreSQL: some tests are about files of SQLite.
    pub fn is_postgres(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Runs one statement of the test itself and gives its rows, every value as text.
    pub fn rows(&self, sql: &str) -> Vec<Vec<String>> {
        match self {
            Self::Sqlite(file) => sqlite_rows(file, sql),
            Self::Postgres(database) => database.rows(&[sql]).pop().unwrap(),
        }
    }

    /// The row of a table with an id: every value as text by its column's name.
    pub fn contents_of(&self, table: &str, id: &str) -> Vec<(String, String)> {
        let names = self.rows(&match self {
            Self::Sqlite(_) => {
                format!("SELECT name FROM pragma_table_info('{table}') ORDER BY cid")
            }
            Self::Postgres(_) => format!(
                "SELECT column_name FROM information_schema.columns \
                 WHERE table_name = '{table}' ORDER BY ordinal_position"
            ),
        });
        let row = self.rows(&format!("SELECT * FROM \"{table}\" WHERE id = '{id}'")).remove(0);
        names.into_iter().flatten().zip(row).collect()
    }

    /// The definitions of all tables, views, columns and indexes.
    pub fn shape(&self) -> Vec<Vec<String>> {
        self.rows(match self {
            Self::Sqlite(_) => "SELECT coalesce(sql, name) FROM sqlite_master ORDER BY 1",
            Self::Postgres(_) => {
                "SELECT table_name || '.' || column_name || ' ' || data_type \
                 FROM information_schema.columns WHERE table_schema = 'public' \
                 UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"
            }
        })
    }

    /// The names of all tables and views.
    pub fn tables(&self) -> Vec<String> {
        let names = self.rows(match self {
            Self::Sqlite(_) => {
                "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite_%' ORDER BY 1"
            }
            Self::Postgres(_) => {
                "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1"
            }
        });
        names.into_iter().flatten().collect()
    }

    /// The rows of each of these tables, every row as one text.
    pub fn contents(&self, tables: &[String]) -> Vec<Vec<String>> {
        let selects: Vec<String> =
            tables.iter().map(|table| format!("SELECT * FROM \"{table}\"")).collect();
        let all = match self {
            Self::Sqlite(file) => selects.iter().map(|sql| sqlite_rows(file, sql)).collect(),
            Self::Postgres(database) => {
                database.rows(&selects.iter().map(String::as_str).collect::<Vec<_>>())
            }
        };
        let joined = |rows: Vec<Vec<String>>| {
            let mut rows: Vec<String> = rows.into_iter().map(|row| row.join("|")).collect();
            if self.is_postgres() {
                // They have no order there.
                rows.sort();
            }
            rows
        };
        all.into_iter().map(joined).collect()
    }
}

fn sqlite_rows(file: &Path, sql: &str) -> Vec<Vec<String>> {
    let database = Connection::open(file).unwrap();
    database.busy_timeout(std::time::Duration::from_secs(30)).unwrap();
    let mut prepared = database.prepare(sql).unwrap();
    let columns = prepared.column_count();
    let mut rows = prepared.query([]).unwrap();
    let mut found = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        // A text is not taken for a number or for nothing.
        let text = |at: usize| match row.get_ref(at).unwrap() {
            ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            other => format!("{other:?}"),
        };
        found.push((0..columns).map(text).collect());
    }
    found
}
