//! Copies of the database for backups: a SQLite file, and what is in it.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use rusqlite::{Connection, OpenFlags};
use sea_query::{Expr, ExprTrait, Order, Query};

use crate::{
    Row, StorageError, StorageResult, change_log, constraint,
    migrate::{self, Migration},
    patient_thread::Patience,
    quoting::quoted,
    sqlite::{OnlineCopy, SqliteOptions, in_patient_thread, reading},
    statement::{Dialect, Statement},
    transfer::refused,
};

/// Hears how far a copy is: pages that are done, and all pages.
pub type CopyProgress = Arc<dyn Fn(u64, u64) + Send + Sync>;

/// What a copied file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyMark {
    /// The newest position of the change log.
    pub position: i64,
    /// What the sequence of positions is called.
    pub epoch: String,
}

/// What is known of a file that was looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileLook {
    /// Rows by table.
    pub tables: BTreeMap<String, u64>,
    /// The newest position of its change log; 0 where it has none.
    pub position: i64,
    /// The epoch of that; empty where it has none.
    pub epoch: String,
}

/// Which of the files of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProjectFile {
    /// The records.
    Records,
    /// The log.
    Logs,
}

/// Copies a SQLite file as it is at one moment, beside its writers.
pub(crate) async fn copy(
    options: &SqliteOptions,
    to: &Path,
    progress: CopyProgress,
) -> StorageResult<CopyMark> {
    let (options, to) = (options.clone(), to.to_owned());
    // The log grows until the copy is there.
    in_patient_thread("backup", Patience::Some, move |alive| {
        let copy = OnlineCopy::begin(&options)?;
        let mark = mark(copy.source())?;
        copy.write(&to, alive, &progress)?;
        Ok(mark)
    })
    .await
}

/// Looks through a file of a project that this program can open: whether all of it can be read, that
/// it is whole, of no newer version, and how many rows there are. Nothing in it is changed, and
/// nothing is written beside it.
///
/// # Errors
/// [`StorageError::Transfer`], [`StorageError::Migration`] or [`StorageError::Corrupt`] say why it
/// can't be used.
pub async fn look_through_file(file: &Path, kind: ProjectFile) -> StorageResult<FileLook> {
    let file = file.to_owned();
    in_patient_thread("backup", Patience::Much, move |_| {
        let connection = open_unchanging(&file)?;
        check_sound(&connection)?;
        let migrations = match kind {
            ProjectFile::Records => migrate::SQLITE,
            ProjectFile::Logs => migrate::SQLITE_LOGS,
        };
        check_ours(&connection, migrations, kind)?;
        look(&connection)
    })
    .await
}

/// Counts the rows of a file that was just written.
///
/// # Errors
/// Whatever the engine says.
pub async fn count_rows(file: &Path) -> StorageResult<BTreeMap<String, u64>> {
    let file = file.to_owned();
    in_patient_thread("backup", Patience::Much, move |_| Ok(look(&open_unchanging(&file)?)?.tables))
        .await
}

fn open_unchanging(file: &Path) -> StorageResult<Connection> {
    let failed = |error| constraint::from_rusqlite("opening the copy", error);
    let path: PathBuf = file.to_owned();
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let address = crate::foreign::unchanging_address(&path)?;
    let connection = Connection::open_with_flags(address, flags).map_err(failed)?;
    let prepare = || {
        connection.pragma_update(None, "trusted_schema", "off")?;
        connection.pragma_update(None, "cell_size_check", "on")?;
        connection.pragma_update(None, "temp_store", "memory")?;
        connection.pragma_update(None, "query_only", "on")
    };
    prepare().map_err(failed)?;
    Ok(connection)
}

/// Reads every page, and says what the engine finds wrong.
fn check_sound(connection: &Connection) -> StorageResult<()> {
    let failed = |error| constraint::from_rusqlite("checking the database", error);
    let said = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0))
        .map_err(failed)?;
    if said == "ok" {
        return Ok(());
    }
    Err(StorageError::Corrupt(Arc::from(Box::<dyn std::error::Error + Send + Sync>::from(said))))
}

/// Whether it is a whole project of this program, of no newer version, without what could act.
fn check_ours(
    connection: &Connection,
    migrations: &[Migration],
    kind: ProjectFile,
) -> StorageResult<()> {
    let names = tables(connection)?;
    let has = |name: &str| names.iter().any(|table| table == name);
    let needed = match kind {
        ProjectFile::Records => "_collections",
        ProjectFile::Logs => crate::LOG_TABLE,
    };
    if !has("_migrations") || !has(needed) {
        return Err(refused("there is no project in it".to_owned()));
    }
    if has("_transfer") {
        return Err(refused("it holds half of a project: moving it was interrupted".to_owned()));
    }
    let acting = Query::select()
        .column("name")
        .from("sqlite_master")
        .and_where(Expr::col("type").eq("trigger").or(Expr::cust("sql LIKE 'CREATE VIRTUAL%'")))
        .limit(1)
        .take();
    if let Some(row) = rows(connection, &acting)?.first() {
        return Err(refused(format!("it has \"{}\", which is none of ours", row.text("name")?)));
    }
    migrate::check_known(&rows(connection, &migrate::all())?, migrations)
}

fn look(connection: &Connection) -> StorageResult<FileLook> {
    let failed = |error| constraint::from_rusqlite("counting rows", error);
    let mut counts = BTreeMap::new();
    for name in tables(connection)? {
        let count = Statement::vouched(format!("SELECT count(*) FROM {}", quoted(&name)));
        let count: i64 = connection.query_row(count.sql(), [], |row| row.get(0)).map_err(failed)?;
        counts.insert(name, u64::try_from(count).unwrap_or_default());
    }
    let mark = match counts.contains_key(change_log::TABLE) {
        true => mark(connection)?,
        false => CopyMark { position: 0, epoch: String::new() },
    };
    Ok(FileLook { tables: counts, position: mark.position, epoch: mark.epoch })
}

fn mark(connection: &Connection) -> StorageResult<CopyMark> {
    let has_changes = tables(connection)?.iter().any(|table| table == change_log::TABLE);
    if !has_changes {
        return Ok(CopyMark { position: 0, epoch: String::new() });
    }
    let text = |tree: &sea_query::SelectStatement| {
        reading::text(connection, &Statement::sqlite(tree))
            .map_err(|error| constraint::from_rusqlite("reading the change log", error))
    };
    let position = text(&change_log::newest(Dialect::Sqlite))?;
    let epoch = text(&change_log::stored_epoch())?.unwrap_or_default();
    Ok(CopyMark {
        position: position.and_then(|text| text.parse().ok()).unwrap_or_default(),
        epoch: epoch.trim_matches('"').to_owned(),
    })
}

/// The names of all tables but the engine's own.
fn tables(connection: &Connection) -> StorageResult<Vec<String>> {
    let select = Query::select()
        .column("name")
        .from("sqlite_master")
        .and_where(Expr::col("type").eq("table"))
        .and_where(Expr::cust("name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"))
        .order_by("name", Order::Asc)
        .take();
    rows(connection, &select)?.iter().map(|row| Ok(row.text("name")?.to_owned())).collect()
}

fn rows(connection: &Connection, tree: &sea_query::SelectStatement) -> StorageResult<Vec<Row>> {
    reading::rows(connection, &Statement::sqlite(tree))
        .map_err(|error| constraint::from_rusqlite("reading the copy", error))
}
