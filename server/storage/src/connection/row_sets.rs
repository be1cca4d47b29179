//! Many rows written by one statement, found by their numbers.

use sea_query::SelectStatement;

use super::WriteConnection;
use crate::{RowSet, StorageError, StorageResult, change_log, statement::Statement};

impl WriteConnection {
    /// Appends what a select yields in the order of the change log's columns; tells how many rows
    /// there were, and the last position if there were any.
    pub(crate) fn append_selected(
        &mut self,
        select: &SelectStatement,
    ) -> StorageResult<(u64, Option<i64>)> {
        match self {
            Self::Sqlite(sqlite) => {
                let insert = change_log::insert_selected(select)?;
                let done = sqlite.execute(&Statement::sqlite(&insert))?;
                Ok((done.rows_affected, (done.rows_affected > 0).then_some(done.last_row)))
            }
            Self::Postgres(_) => Err(no_row_sets()),
        }
    }

    /// Takes items out of the lists that rows have in a column.
    pub(crate) fn take_out(
        &mut self,
        table: &str,
        column: &str,
        rows: &RowSet,
        items: &[String],
        may_empty: bool,
    ) -> StorageResult<()> {
        match self {
            Self::Sqlite(sqlite) => sqlite.take_out(table, column, rows, items, may_empty),
            Self::Postgres(_) => Err(no_row_sets()),
        }
    }

    /// The rows whose list in a column has one of these items, and perhaps others; nothing where
    /// rows are not told apart by numbers.
    pub(crate) fn rows_with_item(
        &mut self,
        table: &str,
        column: &str,
        items: &[String],
    ) -> StorageResult<Option<RowSet>> {
        match self {
            Self::Sqlite(sqlite) => sqlite.rows_with_item(table, column, items).map(Some),
            Self::Postgres(_) => Ok(None),
        }
    }
}

fn no_row_sets() -> StorageError {
    StorageError::other("changing rows by their numbers", "this database does not number them")
}
