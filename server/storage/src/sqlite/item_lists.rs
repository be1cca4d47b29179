//! Taking items out of lists.

use std::collections::HashSet;

use rusqlite::{Connection, OptionalExtension, Result};
use sea_query::{Alias, Expr, ExprTrait, Query};
use underpin_query::{EMPTY_LIST, list_without};

use super::holders::ColumnName;
use crate::{row_set::ROWID, statement::Statement};

/// Takes items out of the lists that rows have in a column. With `may_empty` false, lists that would
/// have no item left stay as they are.
///
/// Row by row: of a statement for many rows that calls a function SQLite could undo as much as is
/// done, for which it copies every page before it is changed.
pub(super) fn take_out(
    connection: &Connection,
    name: &ColumnName,
    rowids: &[i64],
    items: &[String],
    may_empty: bool,
) -> Result<()> {
    let gone: HashSet<&str> = items.iter().map(String::as_str).collect();
    let (table, column) = (Alias::new(&name.table), Alias::new(&name.column));
    let is_row = Expr::col(ROWID).eq(0_i64);
    let select =
        Query::select().column(column.clone()).from(table.clone()).and_where(is_row.clone()).take();
    let update = Query::update().table(table).value(column, "").and_where(is_row).take();
    let mut list = connection.prepare_cached(Statement::sqlite(&select).sql())?;
    let mut change = connection.prepare_cached(Statement::sqlite(&update).sql())?;
    for rowid in rowids {
        let rest = list.query_row([rowid], |row| {
            let text = row.get_ref(0)?.as_str().unwrap_or_default();
            Ok(list_without(text, |item| gone.contains(item)))
        });
        if let Some(rest) = rest.optional()?.flatten()
            && (may_empty || rest != EMPTY_LIST)
        {
            change.execute((rest, rowid))?;
        }
    }
    Ok(())
}
