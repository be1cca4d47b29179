//! Rows of one table, found to be changed together.

use sea_query::{Alias, Expr, ExprTrait, Func, Query, SelectStatement};

/// SQLite's number of a row.
pub(crate) const ROWID: &str = "rowid";

/// Rows that one statement changes: few numbers, so that there are few statements, which are kept.
const SMALL_PARTS: [usize; 2] = [8, 64];
const PART: usize = 256;

/// Rows of one table, for the statements of the unit that found them. Among them may be some that
/// have changed since they were looked at: ask the same of them again.
#[derive(Clone, Debug, Default)]
pub struct RowSet {
    /// In ascending order: the order in which records were made.
    rowids: Vec<i64>,
}

impl RowSet {
    pub(crate) fn new(mut rowids: Vec<i64>) -> Self {
        rowids.sort_unstable();
        rowids.dedup();
        Self { rowids }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rowids.is_empty()
    }

    /// Their numbers, in the order in which records were made.
    pub(crate) fn rowids(&self) -> &[i64] {
        &self.rowids
    }

    /// What their order is by.
    pub fn order() -> Expr {
        Expr::col(ROWID)
    }

    /// Whether a row of the table is one of them, some of them at a time. SQLite changes rows of which
    /// the statement names each as it finds them; with [`Self::has_row`] it finds all of them first,
    /// and then each once more.
    pub fn parts(&self) -> impl Iterator<Item = Expr> {
        self.rowids.chunks(PART).map(|part| {
            let size = SMALL_PARTS.into_iter().find(|size| part.len() <= *size).unwrap_or(PART);
            // The same one again, so that it is the same statement.
            let filling = part.last().copied().into_iter().cycle().take(size - part.len());
            Expr::col(ROWID).is_in(part.iter().copied().chain(filling))
        })
    }

    /// Whether a row of the table is one of them.
    pub fn has_row(&self) -> Expr {
        let rowids: Vec<String> = self.rowids.iter().map(i64::to_string).collect();
        let list = Expr::val(format!("[{}]", rowids.join(",")));
        let mut items = Query::select();
        items.column("value").from_function(Func::cust("json_each").arg(list), "item");
        Expr::col(ROWID).in_subquery(items)
    }
}

/// The rows of a table with one of these values in a column.
pub(crate) fn with_value(table: &str, column: &str, values: &[String]) -> SelectStatement {
    Query::select()
        .column(ROWID)
        .from(Alias::new(table))
        .and_where(Expr::col(Alias::new(column)).is_in(values.iter().cloned()))
        .take()
}
