//! Opening the file, and small reads.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags};
use sea_query::{Alias, Expr, ExprTrait, Func, Order, Query};
use tempfile::TempDir;
use tokio::task::spawn_blocking;

use super::{
    in_use::is_in_use,
    stamp::{Stamp, side_files},
};
use crate::{
    Row, StatementTree, StorageError, StorageResult, constraint, sqlite::SqliteSnapshot,
    statement::Statement, transfer::refused,
};

/// Tries to copy a file that is being written.
const COPY_TRIES: usize = 5;
/// Signs that mean something in an address of a file.
const SPECIAL: [(&str, &str); 3] = [("%", "%25"), ("?", "%3f"), ("#", "%23")];

/// What becomes of a file that a running program uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InUse {
    /// It is not read.
    Refused,
    /// It is read as it is at this moment.
    Accepted,
}

/// An open file of another program.
pub struct ForeignFile {
    path: PathBuf,
    stamp: Stamp,
    pub(super) snapshot: SqliteSnapshot,
    /// Where the copy is that is read in place of the file; it goes when this goes.
    copy: Option<TempDir>,
    was_in_use: bool,
}

impl ForeignFile {
    /// Opens a file. A copy that may be needed is put into `scratch`, which is made then.
    ///
    /// # Errors
    /// [`StorageError::Transfer`] says why not.
    pub async fn open(path: &Path, scratch: &Path, in_use: InUse) -> StorageResult<Self> {
        let (path, scratch) = (path.to_owned(), scratch.to_owned());
        let opening = spawn_blocking(move || Self::open_here(path, &scratch, in_use));
        opening.await.map_err(|_| StorageError::Panicked)?
    }

    fn open_here(path: PathBuf, scratch: &Path, in_use: InUse) -> StorageResult<Self> {
        if !path.is_file() {
            return Err(refused(format!("there is no file {}", path.display())));
        }
        let was_in_use = is_in_use(&path).map_err(failed)?;
        if was_in_use && in_use == InUse::Refused {
            return Err(refused(format!(
                "{} is in use by a running program. Stop that first; or say --running, and what \
                 it writes from then on stays behind",
                path.display()
            )));
        }
        let stamp = Stamp::of(&path).map_err(failed)?;
        if !was_in_use && in_use == InUse::Refused && !stamp.has_log() {
            let snapshot = begin(Connection::open_with_flags(
                address(&path)?,
                OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI,
            ))?;
            return Ok(Self { path, stamp, snapshot, copy: None, was_in_use });
        }
        let (copy, stamp) = copied(&path, scratch)?;
        let file = copy.path().join(COPY_NAME);
        let snapshot = begin(Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_WRITE))?;
        Ok(Self { path, stamp, snapshot, copy: Some(copy), was_in_use })
    }

    /// Whether a running program had it open.
    pub fn was_in_use(&self) -> bool {
        self.was_in_use
    }

    /// Whether a copy is read, which nobody writes.
    pub fn is_copy(&self) -> bool {
        self.copy.is_some()
    }

    /// Whether somebody has written the file since it was opened.
    ///
    /// # Errors
    /// The file can't be looked at any more.
    pub fn was_written(&self) -> StorageResult<bool> {
        Ok(Stamp::of(&self.path).map_err(failed)? != self.stamp)
    }

    /// The rows of a select.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn rows(&self, tree: &impl StatementTree) -> StorageResult<Vec<Row>> {
        self.snapshot.rows(Statement::sqlite(tree)).await
    }

    /// The names of the tables.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn tables(&self) -> StorageResult<Vec<String>> {
        let select = Query::select()
            .column("name")
            .from("sqlite_master")
            .and_where(Expr::col("type").eq("table"))
            .and_where(Expr::col("name").not_like("sqlite_%"))
            .order_by("name", Order::Asc)
            .take();
        names(&self.rows(&select).await?)
    }

    /// The columns of a table or view, in order; none if it is missing.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn columns(&self, table: &str) -> StorageResult<Vec<String>> {
        let call = Func::cust("pragma_table_info").arg(Expr::val(table));
        names(&self.rows(Query::select().column("name").from_function(call, "info")).await?)
    }

    /// How many rows a table has.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn count(&self, table: &str) -> StorageResult<u64> {
        let count = Func::count(Expr::val(1));
        let mut select = Query::select();
        select.expr_as(count, Alias::new("rows")).from(Alias::new(table));
        let rows = self.rows(&select).await?;
        let count = rows.first().map_or(Ok(0), |row| row.int("rows"))?;
        Ok(u64::try_from(count).unwrap_or_default())
    }
}

/// What a copy is called.
const COPY_NAME: &str = "copy.db";

/// A copy that nobody wrote while it was made, and the stamp of what was copied.
fn copied(path: &Path, scratch: &Path) -> StorageResult<(TempDir, Stamp)> {
    fs::create_dir_all(scratch).map_err(failed)?;
    for _ in 0..COPY_TRIES {
        let folder =
            tempfile::Builder::new().prefix(".import").tempdir_in(scratch).map_err(failed)?;
        let copy = folder.path().join(COPY_NAME);
        let before = Stamp::of(path).map_err(failed)?;
        fs::copy(path, &copy).map_err(failed)?;
        for (from, to) in side_files(path).iter().zip(side_files(&copy)) {
            match fs::copy(from, to) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(failed(error));
                }
                _ => {}
            }
        }
        if Stamp::of(path).map_err(failed)? == before {
            return Ok((folder, before));
        }
    }
    Err(refused(format!("{} is written all the time; stop what does that", path.display())))
}

/// Begins to read.
fn begin(opened: rusqlite::Result<Connection>) -> StorageResult<SqliteSnapshot> {
    let begun = opened.and_then(|connection| {
        connection.pragma_update(None, "trusted_schema", "off")?;
        connection.pragma_update(None, "query_only", "on")?;
        SqliteSnapshot::over(connection)
    });
    begun.map_err(|error| constraint::from_rusqlite("opening a file of another program", error))
}

/// The address of a file that is not going to change.
pub(crate) fn address(path: &Path) -> StorageResult<String> {
    let text =
        path.to_str().ok_or_else(|| refused(format!("the path {} is no UTF-8", path.display())))?;
    let escaped =
        SPECIAL.iter().fold(text.to_owned(), |text, (sign, code)| text.replace(sign, code));
    Ok(format!("file:{escaped}?immutable=1"))
}

fn names(rows: &[Row]) -> StorageResult<Vec<String>> {
    rows.iter().map(|row| Ok(row.text("name")?.to_owned())).collect()
}

fn failed(error: std::io::Error) -> StorageError {
    StorageError::other("reading a file of another program", error)
}
