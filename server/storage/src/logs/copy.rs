//! The log as a SQLite file of its own, for a backup.

use std::path::Path;

use sea_query::{Alias, Expr, ExprTrait, Order, Query};

use super::{Backend, LOG_TABLE, LogDatabase, NewLog};
use crate::{
    Row, SqliteOptions, StorageResult,
    backup::{self, CopyProgress},
};

/// Entries that are under way at once.
const BATCH: u64 = 1_000;
/// What PostgreSQL counts entries with.
const NUMBER: &str = "_rowid";

impl LogDatabase {
    /// Copies the log into the file `auxiliary.db` of a folder, which must not have one.
    pub async fn copy_into(&self, folder: &Path, progress: CopyProgress) -> StorageResult<()> {
        match self.backend.as_ref() {
            Backend::Sqlite(sqlite) => {
                let options = sqlite.options();
                backup::copy(options, &folder.join(options.file_name), progress).await.map(drop)
            }
            Backend::Postgres(_) => {
                let copy = Self::open_sqlite(&SqliteOptions::in_directory(folder)).await?;
                let copied = self.copy_rows(&copy).await;
                copy.close().await;
                copied
            }
        }
    }

    async fn copy_rows(&self, copy: &Self) -> StorageResult<()> {
        let mut last = i64::MIN;
        loop {
            let select = Query::select()
                .columns([NUMBER, "id", "level", "message", "created"])
                .expr_as(Expr::cust("data::text"), Alias::new("data"))
                .from(LOG_TABLE)
                .and_where(Expr::col(NUMBER).gt(last))
                .order_by(NUMBER, Order::Asc)
                .limit(BATCH)
                .take();
            let rows = self.rows(&select).await?;
            let Some(newest) = rows.last() else { return Ok(()) };
            last = newest.int(NUMBER)?;
            copy.append(rows.iter().map(entry).collect::<StorageResult<_>>()?).await?;
        }
    }
}

fn entry(row: &Row) -> StorageResult<NewLog> {
    let text = |column: &str| Ok(row.text(column)?.to_owned());
    Ok(NewLog {
        id: text("id")?,
        created: text("created")?,
        level: level(row.real("level")?),
        message: text("message")?,
        data: text("data")?,
    })
}

/// Levels are small whole numbers, whichever kind of number the database keeps.
#[expect(clippy::as_conversions, reason = "a level has one digit, and casts saturate")]
fn level(number: f64) -> i32 {
    number as i32
}
