//! Brings a database to this program's version: numbered files, each in a transaction.

use sea_query::{InsertStatement, Order, Query, SelectStatement};
use sha2::{Digest, Sha256};

use crate::{
    Row, StorageError, StorageResult,
    connection::WriteConnection,
    statement::{Dialect, Statement},
};

const MAKE_TABLE: &str = "CREATE TABLE IF NOT EXISTS _migrations (
    file TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL, applied TEXT NOT NULL)";

/// A numbered file of SQL.
pub(crate) struct Migration {
    pub(crate) file: &'static str,
    pub(crate) sql: &'static str,
}

macro_rules! migrations {
    ($folder:literal: $($file:literal),* $(,)?) => {
        &[$(Migration {
            file: $file,
            sql: include_str!(concat!("../../../migrations/", $folder, "/", $file)),
        }),*]
    };
}

/// All of them, in order. A released file is never changed: its checksum is verified.
pub(crate) static SQLITE: &[Migration] =
    migrations!["sqlite": "0001_system_tables.sql", "0002_jobs.sql"];

/// Those of the log's own file.
pub(crate) static SQLITE_LOGS: &[Migration] = migrations!["sqlite/logs": "0001_logs.sql"];

/// Those of PostgreSQL.
pub(crate) static POSTGRES: &[Migration] = migrations!["postgres":
    "0001_system_tables.sql",
    "0002_functions.sql",
    "0003_strftime.sql",
    "0004_conversions.sql",
    "0005_log_keys.sql",
    "0006_jobs.sql",
    "0007_strftime_zones.sql",
];

/// Those of the log's own schema.
pub(crate) static POSTGRES_LOGS: &[Migration] = migrations!["postgres/logs": "0001_logs.sql"];

/// Refuses a database, with these rows of [`all`], that is not of this program's version.
pub(crate) fn check_current(rows: &[Row], dialect: Dialect) -> StorageResult<()> {
    let migrations = match dialect {
        Dialect::Sqlite => SQLITE,
        Dialect::Postgres => POSTGRES,
    };
    let done = read(rows)?;
    verify(&done, migrations)?;
    if done.len() < migrations.len() {
        let why = "it was written by an older version of the program; run `underpin migrate` on it";
        return Err(StorageError::Migration(why.to_owned()));
    }
    Ok(())
}

/// Refuses a database, with these rows of [`all`], that a newer version of this program has written.
/// An older one will do.
pub(crate) fn check_known(rows: &[Row], migrations: &[Migration]) -> StorageResult<()> {
    verify(&read(rows)?, migrations)
}

/// Applies what is missing; refuses a database that this program does not know.
pub(crate) async fn run(
    connection: &mut WriteConnection,
    migrations: &[Migration],
) -> StorageResult<()> {
    // Under the lock of writers: two that make one table at once disturb each other.
    connection.begin_migration().await?;
    connection.script(MAKE_TABLE).await?;
    connection.commit_migration().await?;
    let done = applied(connection).await?;
    verify(&done, migrations)?;
    for migration in migrations.iter().skip(done.len()) {
        connection.begin_migration().await?;
        if let Err(error) = apply(connection, migration).await {
            connection.rollback().await?;
            return Err(error);
        }
        connection.commit_migration().await?;
    }
    Ok(())
}

/// Inside a transaction: another process may have been quicker.
async fn apply(connection: &mut WriteConnection, migration: &Migration) -> StorageResult<()> {
    if applied(connection).await?.iter().any(|(file, _)| file == migration.file) {
        return Ok(());
    }
    connection.script(migration.sql).await?;
    let record = record(connection.dialect(), migration);
    connection.execute(&Statement::of(connection.dialect(), &record)).await?;
    tracing::info!(migration.file = migration.file, "applied migration `{}`", migration.file);
    Ok(())
}

/// Files and checksums of what was applied, in order.
async fn applied(connection: &mut WriteConnection) -> StorageResult<Vec<(String, String)>> {
    read(&connection.rows(&Statement::of(connection.dialect(), &all())).await?)
}

fn read(rows: &[Row]) -> StorageResult<Vec<(String, String)>> {
    rows.iter()
        .map(|row| Ok((row.text("file")?.to_owned(), row.text("checksum")?.to_owned())))
        .collect()
}

fn verify(done: &[(String, String)], migrations: &[Migration]) -> StorageResult<()> {
    for (at, (file, sum)) in done.iter().enumerate() {
        let Some(known) = migrations.get(at).filter(|known| known.file == file) else {
            return Err(StorageError::Migration(format!(
                "the database was written by a newer version of the program: it has the \
                 migration `{file}`, which this one does not know; start the newer version \
                 or restore an older backup"
            )));
        };
        if checksum(known.sql) != *sum {
            return Err(StorageError::Migration(format!(
                "the migration `{file}` is not the one that this database was made with"
            )));
        }
    }
    Ok(())
}

/// Files and checksums of what was applied, in order.
pub(crate) fn all() -> SelectStatement {
    Query::select()
        .columns(["file", "checksum"])
        .from("_migrations")
        .order_by("file", Order::Asc)
        .take()
}

fn record(dialect: Dialect, migration: &Migration) -> InsertStatement {
    let now = sea_query::Expr::cust(match dialect {
        Dialect::Sqlite => "strftime('%Y-%m-%d %H:%M:%fZ', 'now')",
        Dialect::Postgres => "to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS\"Z\"')",
    });
    let mut insert = Query::insert();
    insert.into_table("_migrations").columns(["file", "checksum", "applied"]);
    insert.values_panic([migration.file.into(), checksum(migration.sql).into(), now]);
    insert
}

/// Line ends differ between check-outs and mean nothing.
fn checksum(sql: &str) -> String {
    hex::encode(Sha256::digest(sql.replace("\r\n", "\n")))
}
