//! Rows that are changed and logged together, without coming out of the database.

use sea_query::SelectStatement;

use super::Transaction;
use crate::{RowSet, StorageResult, row_set, statement::Dialect};

impl Transaction {
    /// Appends what a select yields of rows of one collection: the collection's id, the record's,
    /// the action, the record before and after, the time and the origin. Tells how many.
    #[expect(clippy::unused_async, reason = "a database may have to be asked")]
    pub async fn append_selected(
        &mut self,
        collection_id: &str,
        select: &SelectStatement,
    ) -> StorageResult<u64> {
        self.check_time()?;
        let done = self.connection.append_selected(select);
        let (count, position) = self.noted(done)?;
        if let Some(position) = position {
            self.appended = Some(position);
            self.touched.note(collection_id, position);
        }
        Ok(count)
    }

    /// The rows of a table whose list in a column has one of these items, and perhaps others. What
    /// is asked for again is remembered. Nothing where rows can't be told apart like that.
    #[expect(clippy::unused_async, reason = "a database may have to be asked")]
    pub async fn rows_with_item(
        &mut self,
        table: &str,
        column: &str,
        items: &[String],
    ) -> StorageResult<Option<RowSet>> {
        self.check_time()?;
        let done = self.connection.rows_with_item(table, column, items);
        self.noted(done)
    }

    /// The rows of a table with one of these values in a column. Nothing where rows can't be told
    /// apart like that.
    pub async fn rows_with_value(
        &mut self,
        table: &str,
        column: &str,
        values: &[String],
    ) -> StorageResult<Option<RowSet>> {
        if self.connection.dialect() != Dialect::Sqlite {
            return Ok(None);
        }
        let select = row_set::with_value(table, column, values);
        let rows = self.rows(&select).await?;
        let rowids: StorageResult<Vec<i64>> =
            rows.iter().map(|row| row.int(row_set::ROWID)).collect();
        Ok(Some(RowSet::new(rowids?)))
    }

    /// Takes items out of the lists that rows of a table have in a column. With `may_empty`
    /// false, lists that would have no item left stay as they are.
    #[expect(clippy::unused_async, reason = "a database may have to be asked")]
    pub async fn take_out(
        &mut self,
        table: &str,
        column: &str,
        rows: &RowSet,
        items: &[String],
        may_empty: bool,
    ) -> StorageResult<()> {
        self.has_written = true;
        self.check_time()?;
        let done = self.connection.take_out(table, column, rows, items, may_empty);
        self.noted(done)
    }
}
