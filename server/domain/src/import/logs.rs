//! The log of requests, into ours.

use sea_query::{Alias, Expr, ExprTrait, Order, Query};
use underpin_storage::{
    Cell, Database, LogDatabase, NewLog, Row, StorageResult, foreign::ForeignFile,
};

use super::error::ImportError;
use crate::{
    logs::imported,
    transfer::{Listener, Step, Telling},
};

/// The table of entries.
const TABLE: &str = "_logs";
/// Entries that are under way at once.
const PAGE: u64 = 1_000;

/// How many entries there are.
pub(super) async fn count(side: Option<&ForeignFile>) -> Result<u64, ImportError> {
    let Some(side) = side else { return Ok(0) };
    let has_logs = !side.columns(TABLE).await?.is_empty();
    Ok(if has_logs { side.count(TABLE).await? } else { 0 })
}

/// Puts all entries in place of what the target's log holds. Those that are older than the
/// settings want go later, as they would have there.
pub(super) async fn copy(
    side: Option<&ForeignFile>,
    target: &Database,
    listener: &dyn Listener,
) -> Result<(), ImportError> {
    let logs = target.open_logs().await?;
    let copied = copy_into(side, &logs, listener).await;
    logs.close().await;
    copied
}

async fn copy_into(
    side: Option<&ForeignFile>,
    logs: &LogDatabase,
    listener: &dyn Listener,
) -> Result<(), ImportError> {
    // What an interrupted import has left, or the project before.
    logs.clear().await?;
    let total = count(side).await?;
    let Some(side) = side.filter(|_| total > 0) else { return Ok(()) };
    let telling = Telling::begin(listener, Step::Copy(TABLE), total);
    let mut last = i64::MIN;
    loop {
        let rows = side.rows(&page(last)).await?;
        let Some(newest) = rows.last() else { break };
        last = newest.int("number")?;
        let entries: StorageResult<Vec<NewLog>> = rows.iter().map(entry).collect();
        telling.advance(u64::try_from(rows.len()).unwrap_or_default());
        logs.append(entries?).await?;
    }
    telling.end();
    Ok(())
}

fn page(last: i64) -> sea_query::SelectStatement {
    let number = || Expr::col(Alias::new("rowid"));
    Query::select()
        .expr_as(number(), Alias::new("number"))
        .columns(["id", "level", "message", "data", "created"].map(Alias::new))
        .from(Alias::new(TABLE))
        .and_where(number().gt(last))
        .order_by(Alias::new("rowid"), Order::Asc)
        .limit(PAGE)
        .to_owned()
}

fn entry(row: &Row) -> StorageResult<NewLog> {
    let text = |column: &str| -> StorageResult<String> {
        Ok(match row.cell(column)? {
            Cell::Text(text) => text.replace('\0', ""),
            Cell::Blob(bytes) => String::from_utf8_lossy(bytes).replace('\0', ""),
            Cell::Int(number) => number.to_string(),
            Cell::Real(number) => number.to_string(),
            Cell::Null => String::new(),
        })
    };
    let level = match row.cell("level")? {
        Cell::Int(level) => i32::try_from(*level).unwrap_or_default(),
        _ => 0,
    };
    Ok(imported(NewLog {
        id: text("id")?,
        created: text("created")?,
        level,
        message: text("message")?,
        data: text("data")?,
    }))
}
