//! Brings a database to this program's version: numbered files, each in a transaction.

use sea_query::{InsertStatement, Order, Query, SelectStatement};
use sha2::{Digest, Sha256};

use crate::{StorageError, StorageResult, sqlite::WriteConnection, statement::Statement};

const MAKE_TABLE: &str = "CREATE TABLE IF NOT EXISTS _migrations (
    file TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL, applied TEXT NOT NULL)";
const BEGIN: &str = "BEGIN IMMEDIATE";
const COMMIT: &str = "COMMIT";
const ROLLBACK: &str = "ROLLBACK";

/// A numbered file of SQL.
pub(crate) struct Migration {
    pub(crate) file: &'static str,
    pub(crate) sql: &'static str,
}

macro_rules! migrations {
    ($($file:literal),* $(,)?) => {
        &[$(Migration {
            file: $file,
            sql: include_str!(concat!("../../../migrations/sqlite/", $file)),
        }),*]
    };
}

/// All of them, in order. A released file is never changed: its checksum is verified.
pub(crate) static SQLITE: &[Migration] = migrations!["0001_system_tables.sql"];

/// Applies what is missing; refuses a database that this program does not know.
pub(crate) fn run(connection: &mut WriteConnection, migrations: &[Migration]) -> StorageResult<()> {
    connection.command(MAKE_TABLE)?;
    let done = applied(connection)?;
    verify(&done, migrations)?;
    for migration in migrations.iter().skip(done.len()) {
        connection.command(BEGIN)?;
        if let Err(error) = apply(connection, migration) {
            connection.command(ROLLBACK)?;
            return Err(error);
        }
        connection.command(COMMIT)?;
    }
    Ok(())
}

/// Inside a transaction: another process may have been quicker.
fn apply(connection: &mut WriteConnection, migration: &Migration) -> StorageResult<()> {
    if applied(connection)?.iter().any(|(file, _)| file == migration.file) {
        return Ok(());
    }
    connection.script(migration.sql)?;
    connection.execute(&Statement::sqlite(&record(migration)))?;
    tracing::info!(migration.file = migration.file, "applied migration `{}`", migration.file);
    Ok(())
}

/// Files and checksums of what was applied, in order.
fn applied(connection: &mut WriteConnection) -> StorageResult<Vec<(String, String)>> {
    let rows = connection.rows(&Statement::sqlite(&all()))?;
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

fn all() -> SelectStatement {
    Query::select()
        .columns(["file", "checksum"])
        .from("_migrations")
        .order_by("file", Order::Asc)
        .take()
}

fn record(migration: &Migration) -> InsertStatement {
    let now = sea_query::Expr::cust("strftime('%Y-%m-%d %H:%M:%fZ', 'now')");
    let mut insert = Query::insert();
    insert.into_table("_migrations").columns(["file", "checksum", "applied"]);
    insert.values_panic([migration.file.into(), checksum(migration.sql).into(), now]);
    insert
}

/// Line ends differ between check-outs and mean nothing.
fn checksum(sql: &str) -> String {
    let digest = Sha256::digest(sql.replace("\r\n", "\n"));
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}
