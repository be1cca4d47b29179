//! The row in which the settings are kept.

use sea_query::{Alias, Expr, ExprTrait, InsertStatement, OnConflict, Query, SelectStatement};
use underpin_model::{Json, Timestamp};

use super::Settings;

const TABLE: &str = "_params";
const ID: &str = "settings";

/// Selects the stored text.
pub(super) fn select() -> SelectStatement {
    Query::select()
        .column(Alias::new("value"))
        .from(Alias::new(TABLE))
        .and_where(Expr::col(Alias::new("id")).eq(ID))
        .to_owned()
}

/// Puts settings in place of those that were stored before.
pub(super) fn upsert(settings: &Settings, now: Timestamp) -> InsertStatement {
    let (value, now) = (Json::Object(settings.to_json()).to_string(), now.to_string());
    let replaced = OnConflict::column(Alias::new("id"))
        .update_columns(["value", "updated"].map(Alias::new))
        .to_owned();
    Query::insert()
        .into_table(Alias::new(TABLE))
        .columns(["id", "value", "created", "updated"].map(Alias::new))
        .values_panic::<[Expr; 4]>([ID.into(), value.into(), now.as_str().into(), now.into()])
        .on_conflict(replaced)
        .to_owned()
}
