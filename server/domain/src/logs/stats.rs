//! How many entries there are of each hour.

use sea_query::{Expr, Func, Order};
use serde_json::json;
use underpin_model::{DomainResult, Json};
use underpin_query::{Condition, Filter};
use underpin_storage::Cell;

use super::shape;
use crate::{Backend, OpContext, records::ViewAsk};

/// Length of a moment's text up to its hour.
const HOUR_BYTES: i32 = 13;
const HOUR: &str = "hour";

/// The number of matching entries by hour, oldest first. For superusers; the caller has checked
/// that.
///
/// # Errors
/// `Invalid` when the filter names something unknown.
pub async fn stats(
    backend: &Backend,
    ctx: &OpContext,
    filter: Option<&Filter>,
    view: &ViewAsk,
) -> DomainResult<Json> {
    shape::check(filter, &[])?;
    let scope = shape::scope(backend, ctx);
    let count =
        underpin_query::count(&scope, &Condition::Always, filter, &[]).map_err(shape::refuse)?;
    let hour: Expr = Func::cust("substr")
        .args([Expr::col("created"), Expr::Constant(1.into()), Expr::Constant(HOUR_BYTES.into())])
        .into();
    let mut select = count.select;
    select.expr_as(hour, HOUR).add_group_by([Expr::col(HOUR)]).order_by(HOUR, Order::Asc);
    backend.logs.flush().await;
    let rows = backend.logs.database().rows(&select).await?;
    let mut hours = Vec::with_capacity(rows.len());
    for row in &rows {
        let total = match row.cells().first() {
            Some(Cell::Int(total)) => *total,
            _ => 0,
        };
        let mut hour = json!({ "date": format!("{}:00:00.000Z", row.text(HOUR)?), "total": total });
        if let Some(pick) = &view.pick {
            pick.apply(&mut hour);
        }
        hours.push(hour);
    }
    Ok(Json::Array(hours))
}
