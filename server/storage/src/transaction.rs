//! What a write unit may do inside its transaction.

use std::time::Instant;

use sea_query::{Expr, ExprTrait, Query};

use crate::{
    NewChange, NewView, Row, StatementTree, StorageError, StorageResult, TableChange, ViewShape,
    change_log,
    revisions::Touched,
    sqlite::WriteConnection,
    statement::Statement,
    table_change::{self, statement_of_view},
};

/// Changes appended by one statement.
const MAX_CHANGES: usize = 64;
/// Where the planner's statistics are.
const STATISTICS: &str = "sqlite_stat1";
/// Whatever tables would profit, whether or not this connection has asked them; each is looked at
/// for a moment alone.
const REFRESH_STATISTICS: &str = "PRAGMA optimize=0x10002";

/// Keys in one statement: the engine takes 1,000 arguments of a function.
const MAX_KEYS: usize = 400;

/// An open transaction. It ends by the writer's hand alone: all of a unit is kept or nothing.
pub struct Transaction {
    connection: WriteConnection,
    /// The newest position of the change log that this unit gave out.
    appended: Option<i64>,
    /// What this unit has changed, and whether it wrote at all.
    touched: Touched,
    has_written: bool,
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
        let touched = Touched::default();
        Self { connection, appended: None, touched, has_written: false, broken: None, end: None }
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
        self.has_written = true;
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
        self.touched.note_untold();
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

    /// What the database says of a view's query. The query is not run.
    pub async fn describe_query(&mut self, query: &str) -> StorageResult<ViewShape> {
        self.run(|connection| connection.describe(query))
    }

    /// The query of a view as it stands after what it reads was renamed.
    pub async fn query_of_view(&mut self, view: &NewView) -> StorageResult<String> {
        let statement = self.text(&statement_of_view(&view.name)).await?;
        view.query_in(&statement.unwrap_or_default())
    }

    /// Appends to the change log and tells the position. It counts once the unit is committed.
    pub async fn append_change(&mut self, change: &NewChange) -> StorageResult<i64> {
        self.append(std::slice::from_ref(change)).await
    }

    /// As [`Self::append_change`], for many in their order.
    pub async fn append_changes(&mut self, changes: &[NewChange]) -> StorageResult<()> {
        for part in changes.chunks(MAX_CHANGES) {
            self.append(part).await?;
        }
        Ok(())
    }

    async fn append(&mut self, changes: &[NewChange]) -> StorageResult<i64> {
        let statement = Statement::sqlite(&change_log::insert(changes));
        let position = self.run(|connection| connection.execute(&statement))?.last_row;
        self.appended = Some(position);
        for change in changes {
            self.touched.note(&change.collection_id, position);
        }
        Ok(position)
    }

    /// Takes what was logged of a collection out of the change log.
    pub async fn forget_changes(&mut self, collection_id: &str) -> StorageResult<()> {
        self.execute(&change_log::remove_of(collection_id)).await?;
        Ok(())
    }

    /// Lets the change log follow a collection whose fields change: what was logged of those that
    /// are `gone` goes too, what was logged of those that are `renamed` gets their new name.
    pub async fn carry_changes(
        &mut self,
        collection_id: &str,
        gone: &[String],
        renamed: &[(String, String)],
    ) -> StorageResult<()> {
        for gone in gone.chunks(MAX_KEYS) {
            self.execute(&change_log::without_keys(collection_id, gone)).await?;
        }
        if !renamed.is_empty() {
            self.execute(&change_log::with_other_keys(collection_id, renamed)).await?;
        }
        Ok(())
    }

    /// Runs a text of the program itself, such as a PRAGMA.
    pub async fn raw(&mut self, sql: &'static str) -> StorageResult<()> {
        self.touched.note_untold();
        self.run(|connection| connection.script(sql))
    }

    /// Looks again at the tables that have grown much since the planner's statistics of them were
    /// made; true when there are new statistics.
    pub(crate) async fn refresh_statistics(&mut self) -> StorageResult<bool> {
        let before = self.statistics().await?;
        self.run(|connection| connection.script(REFRESH_STATISTICS))?;
        Ok(self.statistics().await? != before)
    }

    async fn statistics(&mut self) -> StorageResult<Vec<String>> {
        let table = Query::select()
            .column("name")
            .from("sqlite_schema")
            .and_where(Expr::col("name").eq(STATISTICS))
            .take();
        if self.rows(&table).await?.is_empty() {
            return Ok(Vec::new());
        }
        self.texts(&Query::select().column("stat").from(STATISTICS).take()).await
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
        self.touched = Touched::default();
        self.has_written = false;
        self.broken = None;
        self.end = None;
        self.connection.end_reads_by(None);
    }

    /// The unit's writes concern nobody's records.
    pub(crate) fn touch_nothing(&mut self) {
        self.has_written = false;
    }

    /// What the unit has changed. Writes without a word in the change log count as changing all.
    pub(crate) fn take_touched(&mut self) -> Touched {
        let mut touched = std::mem::take(&mut self.touched);
        if self.has_written && self.appended.is_none() {
            touched.note_untold();
        }
        touched
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
