//! Rows of the table of small values: the settings, and the mark of their key.

use sea_query::{Alias, Expr, ExprTrait, InsertStatement, OnConflict, Query, SelectStatement};
use underpin_model::Timestamp;

pub(super) const TABLE: &str = "_params";
/// The row of the settings.
pub(super) const SETTINGS: &str = "settings";

/// Selects a stored text.
pub(super) fn select(id: &str) -> SelectStatement {
    Query::select()
        .column(Alias::new("value"))
        .from(Alias::new(TABLE))
        .and_where(Expr::col(Alias::new("id")).eq(id))
        .to_owned()
}

/// Stores a text, in place of the one that was stored before.
pub(super) fn upsert(id: &str, value: &str, now: Timestamp) -> InsertStatement {
    let replaced = OnConflict::column(Alias::new("id"))
        .update_columns(["value", "updated"].map(Alias::new))
        .to_owned();
    let now = now.to_string();
    Query::insert()
        .into_table(Alias::new(TABLE))
        .columns(["id", "value", "created", "updated"].map(Alias::new))
        .values_panic::<[Expr; 4]>([id.into(), value.into(), now.as_str().into(), now.into()])
        .on_conflict(replaced)
        .to_owned()
}
