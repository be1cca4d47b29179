//! What a write unit may do inside its transaction.

use crate::{
    NewChange, NewView, Row, StatementTree, StorageError, StorageResult, TableChange, ViewShape,
    change_log,
    sqlite::WriteConnection,
    statement::Statement,
    table_change::{self, statement_of_view},
};

/// An open transaction. It ends by the writer's hand alone: all of a unit is kept or nothing.
pub struct Transaction {
    connection: WriteConnection,
    /// The newest position of the change log that this unit gave out.
    appended: Option<i64>,
    /// An error after which the database may have undone more than one statement.
    broken: Option<StorageError>,
}

#[expect(
    clippy::unused_async,
    reason = "SQLite answers in the writer's thread, other databases over the network"
)]
impl Transaction {
    pub(crate) fn new(connection: WriteConnection) -> Self {
        Self { connection, appended: None, broken: None }
    }

    /// Runs an insert, update or delete and tells how many rows it touched.
    pub async fn execute(&mut self, tree: &impl StatementTree) -> StorageResult<u64> {
        let done = self.connection.execute(&Statement::sqlite(tree));
        Ok(self.noted(done)?.rows_affected)
    }

    /// The rows of a select, or of a `RETURNING` clause. Name the columns, never `*`.
    pub async fn rows(&mut self, tree: &impl StatementTree) -> StorageResult<Vec<Row>> {
        let rows = self.connection.rows(&Statement::sqlite(tree));
        self.noted(rows)
    }

    /// The first column of the first row as text; nothing for null or no row.
    pub async fn text(&mut self, tree: &impl StatementTree) -> StorageResult<Option<String>> {
        let text = self.connection.text(&Statement::sqlite(tree));
        self.noted(text)
    }

    /// The first column of every row as text, without nulls.
    pub async fn texts(&mut self, tree: &impl StatementTree) -> StorageResult<Vec<String>> {
        let texts = self.connection.texts(&Statement::sqlite(tree));
        self.noted(texts)
    }

    /// Makes, changes or removes a table, column, index or view, data kept.
    pub async fn change_table(&mut self, change: &TableChange) -> StorageResult<()> {
        for statement in table_change::statements(change)? {
            let done = self.connection.execute(&statement);
            self.noted(done)?;
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

    /// What the database says of a view's query. The query is not run.
    pub async fn describe_query(&mut self, query: &str) -> StorageResult<ViewShape> {
        let shape = self.connection.describe(query);
        self.noted(shape)
    }

    /// The query of a view as it stands after what it reads was renamed.
    pub async fn query_of_view(&mut self, view: &NewView) -> StorageResult<String> {
        let statement = self.text(&statement_of_view(&view.name)).await?;
        view.query_in(&statement.unwrap_or_default())
    }

    /// Appends to the change log and tells the position. It counts once the unit is committed.
    pub async fn append_change(&mut self, change: &NewChange) -> StorageResult<i64> {
        let done = self.connection.execute(&Statement::sqlite(&change_log::insert(change)));
        let position = self.noted(done)?.last_row;
        self.appended = Some(position);
        Ok(position)
    }

    /// Runs a text of the program itself, such as a PRAGMA.
    pub async fn raw(&mut self, sql: &'static str) -> StorageResult<()> {
        let done = self.connection.script(sql);
        self.noted(done)
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

    fn noted<T>(&mut self, done: StorageResult<T>) -> StorageResult<T> {
        if let Err(error) = &done
            && error.ends_transaction()
        {
            self.broken = Some(error.clone());
        }
        done
    }
}
