//! What a write unit may do inside its transaction.

mod row_sets;

use std::time::Instant;

use sea_query::{Expr, ExprTrait, Query};

use crate::{
    ConsoleAnswer, ConsoleAsk, NewChange, NewView, Row, StatementTree, StorageError, StorageResult,
    TableChange, ViewShape, change_log,
    connection::WriteConnection,
    log_rewrite::LogRewrite,
    revisions::Touched,
    statement::{Dialect, Statement},
    table_change,
    transfer::{MovedRow, MovedTable},
    versions::{self, Met, Versioned},
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
    /// The versions that the group has met.
    met: Met,
    /// When the unit's time is over, if it has set itself a limit.
    end: Option<Instant>,
}

impl Transaction {
    pub(crate) fn new(connection: WriteConnection) -> Self {
        Self {
            connection,
            appended: None,
            touched: Touched::default(),
            has_written: false,
            broken: None,
            met: Met::default(),
            end: None,
        }
    }

    /// Limits the unit: from this moment on its statements answer [`StorageError::Timeout`], and a
    /// read that is under way is ended. The unit is then undone alone; those that share its
    /// transaction stay.
    pub fn end_by(&mut self, moment: Instant) {
        self.end = Some(moment);
        self.connection.end_by(self.end);
    }

    /// Runs an insert, update or delete and tells how many rows it touched.
    pub async fn execute(&mut self, tree: &impl StatementTree) -> StorageResult<u64> {
        let statement = Statement::of(self.connection.dialect(), tree);
        self.has_written = true;
        self.check_time()?;
        let done = self.connection.execute(&statement).await;
        self.noted(done)
    }

    /// The rows of a select, or of a `RETURNING` clause. Name the columns, never `*`.
    pub async fn rows(&mut self, tree: &impl StatementTree) -> StorageResult<Vec<Row>> {
        let statement = Statement::of(self.connection.dialect(), tree);
        self.check_time()?;
        let done = self.connection.rows(&statement).await;
        self.noted(done)
    }

    /// The first column of the first row as text; nothing for null or no row.
    pub async fn text(&mut self, tree: &impl StatementTree) -> StorageResult<Option<String>> {
        let statement = Statement::of(self.connection.dialect(), tree);
        self.check_time()?;
        let done = self.connection.text(&statement).await;
        self.noted(done)
    }

    /// The first column of every row as text, without nulls.
    pub async fn texts(&mut self, tree: &impl StatementTree) -> StorageResult<Vec<String>> {
        let statement = Statement::of(self.connection.dialect(), tree);
        self.check_time()?;
        let done = self.connection.texts(&statement).await;
        self.noted(done)
    }

    /// Makes, changes or removes a table, column, index or view, data kept.
    pub async fn change_table(&mut self, change: &TableChange) -> StorageResult<()> {
        self.touched.note_untold();
        self.check_time()?;
        let done = self.connection.change_table(change).await;
        self.noted(done)
    }

    /// The columns of a table or view with their declared types, in order; none if it is missing.
    pub async fn columns(&mut self, table: &str) -> StorageResult<Vec<(String, String)>> {
        let select = table_change::columns_of(self.connection.dialect(), table);
        let rows = self.rows(&select).await?;
        rows.iter()
            .map(|row| Ok((row.text("name")?.to_owned(), row.text("type")?.to_owned())))
            .collect()
    }

    /// What the database says of a view's query. The query is not run.
    pub async fn describe_query(&mut self, query: &str) -> StorageResult<ViewShape> {
        self.check_time()?;
        let done = self.connection.describe(query).await;
        self.noted(done)
    }

    /// The query of a view as it stands after what it reads was renamed.
    pub async fn query_of_view(&mut self, view: &NewView) -> StorageResult<String> {
        self.check_time()?;
        let done = self.connection.query_of_view(view).await;
        self.noted(done)
    }

    /// Appends to the change log and tells the position. It counts once the unit is committed.
    #[expect(clippy::unused_async, reason = "a database may have to be asked for the position")]
    pub async fn append_change(&mut self, change: &NewChange) -> StorageResult<i64> {
        self.append(std::slice::from_ref(change))
    }

    /// As [`Self::append_change`], for many in their order.
    #[expect(clippy::unused_async, reason = "a database may have to be asked")]
    pub async fn append_changes(&mut self, changes: &[NewChange]) -> StorageResult<()> {
        for part in changes.chunks(MAX_CHANGES) {
            self.append(part)?;
        }
        Ok(())
    }

    fn append(&mut self, changes: &[NewChange]) -> StorageResult<i64> {
        self.check_time()?;
        let done = self.connection.append(changes);
        let position = self.noted(done)?;
        self.appended = Some(position);
        for change in changes {
            self.touched.note(&change.collection_id, position);
        }
        Ok(position)
    }

    /// Writes rows with the numbers that they have.
    pub(crate) async fn load(
        &mut self,
        table: &MovedTable,
        rows: &[MovedRow],
    ) -> StorageResult<()> {
        self.has_written = true;
        let done = self.connection.load(table, rows).await;
        self.noted(done)
    }

    /// Lets new rows have numbers behind those that were loaded.
    pub(crate) async fn restart_numbers(&mut self, table: &MovedTable) -> StorageResult<()> {
        self.has_written = true;
        let done = self.connection.restart_numbers(table).await;
        self.noted(done)
    }

    /// Lets the change log go on from a position.
    #[expect(clippy::unused_async, reason = "a database may have to be asked")]
    pub(crate) async fn go_on_from(&mut self, position: i64) -> StorageResult<()> {
        self.has_written = true;
        let done = self.connection.go_on_from(position);
        self.noted(done)
    }

    /// Begins another life of the change log, and tells its name: cursors of the one before lead
    /// nowhere any more. For a database that nobody follows.
    pub async fn begin_epoch(&mut self) -> StorageResult<String> {
        let epoch = change_log::new_epoch();
        self.execute(&change_log::set_epoch(&epoch)).await?;
        Ok(epoch)
    }

    /// Takes what was logged of a collection out of the change log.
    #[expect(clippy::unused_async, reason = "a database may have to be asked")]
    pub async fn forget_changes(&mut self, collection_id: &str) -> StorageResult<()> {
        self.rewrite_log(LogRewrite::Forget { collection: collection_id.to_owned() })
    }

    /// Lets the change log follow a collection whose fields change: what was logged of those that
    /// are `gone` goes too, what was logged of those that are `renamed` gets their new name.
    #[expect(clippy::unused_async, reason = "a database may have to be asked")]
    pub async fn carry_changes(
        &mut self,
        collection_id: &str,
        gone: &[String],
        renamed: &[(String, String)],
    ) -> StorageResult<()> {
        for gone in gone.chunks(MAX_KEYS) {
            let (collection, keys) = (collection_id.to_owned(), gone.to_vec());
            self.rewrite_log(LogRewrite::Without { collection, keys })?;
        }
        if !renamed.is_empty() {
            let (collection, keys) = (collection_id.to_owned(), renamed.to_vec());
            self.rewrite_log(LogRewrite::Renamed { collection, keys })?;
        }
        Ok(())
    }

    fn rewrite_log(&mut self, rewrite: LogRewrite) -> StorageResult<()> {
        self.has_written = true;
        self.check_time()?;
        let done = self.connection.rewrite_log(rewrite);
        self.noted(done)
    }

    /// The stored version of something, as it is until the commit. Read once a group.
    pub async fn version(&mut self, what: Versioned) -> StorageResult<i64> {
        if let Some(known) = self.met.of(what) {
            return Ok(*known);
        }
        let version = versions::read(self.text(&versions::select(what)).await?);
        *self.met.of(what) = Some(version);
        Ok(version)
    }

    /// Raises the version of something that this unit changes, and tells it.
    pub async fn raise_version(&mut self, what: Versioned) -> StorageResult<i64> {
        let version = self.version(what).await? + 1;
        self.execute(&versions::upsert(what, version)).await?;
        // Told to nodes that follow, even if the unit appends to the change log besides.
        self.touched.note_untold();
        *self.met.of(what) = Some(version);
        Ok(version)
    }

    /// Puts the project that waits in a schema of its own in place of the one that is served, which
    /// is kept in another schema. The unit must be the first one of its writer: what others of its
    /// group have logged would become part of the other project.
    pub async fn put_beside_in_place(&mut self) -> StorageResult<()> {
        self.touched.note_untold();
        self.met = Met::default();
        let done = self.connection.put_beside_in_place().await;
        self.noted(done)
    }

    /// Puts the project that was served before in its place again.
    pub async fn put_back_before(&mut self) -> StorageResult<()> {
        self.touched.note_untold();
        self.met = Met::default();
        let done = self.connection.put_back_before().await;
        self.noted(done)
    }

    /// Runs a superuser's own statements, of which the change log does not tell.
    pub async fn console(&mut self, ask: &ConsoleAsk) -> StorageResult<ConsoleAnswer> {
        self.touched.note_untold();
        self.check_time()?;
        let done = self.connection.console(ask).await;
        self.noted(done)
    }

    /// Runs a text of the program itself, such as a PRAGMA.
    pub async fn raw(&mut self, sql: &'static str) -> StorageResult<()> {
        self.touched.note_untold();
        let done = self.connection.script(sql).await;
        self.noted(done)
    }

    /// Looks again at the tables that have grown much since the planner's statistics of them were
    /// made; true when there are new statistics.
    pub(crate) async fn refresh_statistics(&mut self) -> StorageResult<bool> {
        if self.connection.dialect() != Dialect::Sqlite {
            // The server sees to that by itself.
            return Ok(false);
        }
        let before = self.statistics().await?;
        let done = self.connection.script(REFRESH_STATISTICS).await;
        self.noted(done)?;
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

    /// Begins a group.
    pub(crate) async fn begin(&mut self) -> StorageResult<()> {
        self.met = Met::default();
        self.connection.begin().await
    }

    /// Undoes the unit that has just run.
    pub(crate) async fn undo(&mut self) -> StorageResult<()> {
        self.met = Met::default();
        self.connection.undo().await
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
        self.connection.end_by(None);
    }

    /// Says that what the unit has written so far concerns nobody's records: what was counted of them
    /// stays true.
    pub fn touch_nothing(&mut self) {
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
    /// can't hide it by going on: the database may have undone earlier units along with the
    /// statement.
    pub(crate) fn broken(&self) -> Option<StorageError> {
        self.broken.clone()
    }

    /// Whether the unit has time left.
    fn check_time(&self) -> StorageResult<()> {
        match self.end {
            Some(end) if Instant::now() >= end => Err(StorageError::Timeout),
            _ => Ok(()),
        }
    }

    /// Notes an error after which the transaction can't be trusted.
    fn noted<T>(&mut self, done: StorageResult<T>) -> StorageResult<T> {
        if let Err(error) = &done
            && self.connection.is_broken_by(error)
        {
            self.broken = Some(error.clone());
        }
        done
    }
}
