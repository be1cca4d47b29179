//! Where the change log of a SQLite file stands, asked once at its opening.

use sea_query::{Expr, ExprTrait, OnConflict, Query};

use super::write_connection::WriteConnection;
use crate::{StorageResult, change_log, statement::Statement};

/// Name of the change log's epoch among the parameters.
const EPOCH: &str = "changeEpoch";
/// Length of the change log's epoch: too many to be met twice.
const EPOCH_LENGTH: usize = 12;

/// The epoch of this database's positions, made at its first start.
pub(super) fn epoch(connection: &mut WriteConnection) -> StorageResult<String> {
    let new = format!("\"{}\"", underpin_model::id::random_lowercase(EPOCH_LENGTH));
    let mut insert = Query::insert();
    insert.into_table("_params").columns(["id", "value"]);
    insert.values_panic([EPOCH.into(), new.into()]);
    insert.on_conflict(OnConflict::column("id").do_nothing().to_owned());
    connection.execute(&Statement::sqlite(&insert))?;
    let select =
        Query::select().column("value").from("_params").and_where(Expr::col("id").eq(EPOCH)).take();
    let stored = connection.text(&Statement::sqlite(&select))?.unwrap_or_default();
    Ok(stored.trim_matches('"').to_owned())
}

/// The newest position ever given out.
pub(super) fn newest_position(connection: &mut WriteConnection) -> StorageResult<i64> {
    let text = connection.text(&Statement::sqlite(&change_log::newest()))?;
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or_default())
}
