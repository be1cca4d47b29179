//! What a write unit may do inside its transaction.

use std::time::Instant;

use crate::{
    NewChange, Row, StatementTree, StorageError, StorageResult, TableChange, change_log,
    sqlite::WriteConnection, statement::Statement, table_change,
};

/// An open transaction. It ends by the writer's hand alone: all of a unit is kept or nothing.
pub struct Transaction {
    connection: WriteConnection,
    /// The newest position of the change log that this unit gave out.
    appended: Option<i64>,
    /// An error after which the database may have undone more than one statement.
    broken: Option<StorageError>,
    /// When the unit's time is over, if it has set itself a limit.
    end: Option<Instant>,
}

#[expect(
    clippy::unused_async,
    reason = "SQLite answers in the writer's thread, other databases over the network"
)]
impl Transaction {
    pub(crate) fn new(connection: WriteConnection) -> Self {
        Self { connection, appended: None, broken: None, end: None }
    }

    /// Limits the unit: from this moment on its statements answer [`StorageError::Timeout`], and a
    /// read that is under way is ended. The unit is then undone alone; those that share its
    /// transaction stay.
    pub fn end_by(&mut self, moment: Instant) {
        self.end = Some(moment);
        self.connection.end_reads_by(self.end);
    }

    /// Runs an insert, update or delete and tells how many rows it touched.
    pub async fn execute(&mut self, tree: &impl StatementTree) -> StorageResult<u64> {
        let statement = Statement::sqlite(tree);
        Ok(self.run(|connection| connection.execute(&statement))?.rows_affected)
    }

    /// The rows of a select, or of a `RETURNING` clause. Name the columns, never `*`.
    pub async fn rows(&mut self, tree: &impl StatementTree) -> StorageResult<Vec<Row>> {
        let statement = Statement::sqlite(tree);
        self.run(|connection| connection.rows(&statement))
    }

    /// The first column of the first row as text; nothing for null or no row.
    pub async fn text(&mut self, tree: &impl StatementTree) -> StorageResult<Option<String>> {
        let statement = Statement::sqlite(tree);
        self.run(|connection| connection.text(&statement))
    }

    /// The first column of every row as text, without nulls.
    pub async fn texts(&mut self, tree: &impl StatementTree) -> StorageResult<Vec<String>> {
        let statement = Statement::sqlite(tree);
        self.run(|connection| connection.texts(&statement))
    }

    /// Makes, changes or removes a table, column, index or view, data kept.
    pub async fn change_table(&mut self, change: &TableChange) -> StorageResult<()> {
        for statement in table_change::statements(change)? {
            self.run(|connection| connection.execute(&statement))?;
        }
        Ok(())
    }

    /// The columns of a table or view with their declared types, in order; none if it is missing.
    pub async fn columns(&mut self, table: &str) -> StorageResult<Vec<(String, String)>> {
        let rows = self.rows(&table_change::columns_of(table)).await?;
        rows.iter()
            .map(|row| Ok((row.text("name")?.to_owned(), row.text("type")?.to_owned())))
            .collect()
    }

    /// Appends to the change log and tells the position. It counts once the unit is committed.
    pub async fn append_change(&mut self, change: &NewChange) -> StorageResult<i64> {
        let statement = Statement::sqlite(&change_log::insert(change));
        let position = self.run(|connection| connection.execute(&statement))?.last_row;
        self.appended = Some(position);
        Ok(position)
    }

    /// Runs a text of the program itself, such as a PRAGMA.
    pub async fn raw(&mut self, sql: &'static str) -> StorageResult<()> {
        self.run(|connection| connection.script(sql))
    }

    pub(crate) fn connection(&mut self) -> &mut WriteConnection {
        &mut self.connection
    }

    pub(crate) fn into_connection(self) -> WriteConnection {
        self.connection
    }

    /// Forgets what the unit before did.
    pub(crate) fn begin_unit(&mut self) {
        self.appended = None;
        self.broken = None;
        self.end = None;
        self.connection.end_reads_by(None);
    }

    /// The newest position that the unit gave out.
    pub(crate) fn appended(&self) -> Option<i64> {
        self.appended
    }

    /// The error after which the transaction can't be trusted any more, if there was one. A unit
    /// can't hide it by going on: SQLite may have undone earlier units along with the statement.
    pub(crate) fn broken(&self) -> Option<StorageError> {
        self.broken.clone()
    }

    /// Does something with the connection, if there is time left.
    fn run<T>(
        &mut self,
        deed: impl FnOnce(&mut WriteConnection) -> StorageResult<T>,
    ) -> StorageResult<T> {
        if self.end.is_some_and(|end| Instant::now() >= end) {
            return Err(StorageError::Timeout);
        }
        let done = deed(&mut self.connection);
        if let Err(error) = &done
            && error.ends_transaction()
        {
            // A read that took too long undoes nothing.
            let is_late = matches!(error, StorageError::Timeout);
            if !is_late || !self.connection.is_in_transaction() {
                self.broken = Some(error.clone());
            }
        }
        done
    }
}
