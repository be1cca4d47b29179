//! The connection that writes.
//!
//! A group's transaction costs one trip to the server at its beginning (begin, lock, counters,
//! first savepoint), one for each further unit (its savepoint), and two at its end (the rows of
//! the change log; counters, word to other nodes and commit). A unit costs what its statements do.

use std::time::{Duration, Instant};

use sqlx::{Connection, Executor, PgConnection, postgres::PgRow};

use super::{
    change_log::{CHANNEL, Columns, INSERT, Mark, Pending},
    complaint, decode,
    open::{self, PostgresOptions, Purpose},
    outcome::{self, GroupNames},
};
use crate::{
    NewChange, Row, StorageError, StorageResult,
    connection::Span,
    log_rewrite::LogRewrite,
    statement::{Statement, script},
};

/// Most units in one transaction. Each has a savepoint, and beyond 64 of them in a transaction
/// others look longer at each row to tell whether it is there.
pub(crate) const GROUP_UNITS: usize = 60;
/// Statements of a unit that are written again after a failure, at most.
const MAX_REPLAYED: usize = 200;
/// Bytes that are sent at once.
const COPY_PART: usize = 1 << 20;

/// A connection that writes. What a unit has written is kept until it ends, to be written again
/// after a statement that failed.
pub(crate) struct PostgresWriter {
    pub(super) connection: PgConnection,
    pub(super) options: PostgresOptions,
    /// Names the groups of this writer, to ask for their outcome.
    names: GroupNames,
    pending: Pending,
    /// The newest position at the beginning of the group.
    base: i64,
    /// The changes of the log at the beginning of the unit.
    mark: Mark,
    /// What the unit has written since its savepoint.
    written: Vec<Statement>,
    /// Whether a second savepoint stands, after which `written` begins.
    has_part: bool,
    /// Whether a statement has failed, and the transaction takes nothing more.
    is_aborted: bool,
    /// Whether the connection is gone.
    is_lost: bool,
    /// When the unit's time is over, if it has set itself a limit, and what the server knows of it.
    end: Option<Instant>,
    limit: Option<Duration>,
}

impl PostgresWriter {
    pub(crate) async fn connect(options: PostgresOptions) -> StorageResult<Self> {
        let connection = options.connect(Purpose::Write).await?;
        Ok(Self {
            connection,
            options,
            names: GroupNames::new(),
            pending: Pending::default(),
            base: 0,
            mark: Mark::default(),
            written: Vec::new(),
            has_part: false,
            is_aborted: false,
            is_lost: false,
            end: None,
            limit: None,
        })
    }

    /// Begins a group: waits for the lock, and learns how far the others have come.
    pub(crate) async fn begin(&mut self) -> StorageResult<()> {
        let lock = self.options.lock();
        let begin = format!(
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; \
             SELECT pg_advisory_xact_lock({lock}); \
             SELECT position FROM _counters; \
             SAVEPOINT unit"
        );
        self.forget();
        let rows = match self.run(begin).await {
            Ok(rows) => rows,
            Err(error) => {
                if !self.is_lost {
                    self.rollback().await?;
                }
                return Err(error);
            }
        };
        let counters = rows.last().ok_or(StorageError::Closed)?;
        self.base = decode::whole(counters, 0)?;
        self.pending.begin(self.base);
        self.mark = Mark::default();
        Ok(())
    }

    pub(crate) async fn begin_migration(&mut self) -> StorageResult<()> {
        self.forget();
        let lock = self.options.lock();
        self.run(format!("BEGIN; SELECT pg_advisory_xact_lock({lock})")).await.map(drop)
    }

    /// Commits the group. When the connection is lost meanwhile, the server is asked for the
    /// outcome on another one.
    pub(crate) async fn commit(&mut self, is_untold: bool) -> StorageResult<Span> {
        let span = Span { after: self.base, through: self.pending.newest };
        let mut commit = String::new();
        if let Some(columns) = self.pending.take() {
            self.write_changes(columns).await?;
        }
        for rewrite in self.pending.take_rewrites() {
            let done = rewrite.to_postgres().execute(&mut self.connection).await;
            done.map_err(|error| self.failed("rewriting the change log", error))?;
        }
        if is_untold || span.through > span.after {
            let (newest, untold) = (span.through, i64::from(is_untold));
            // Word of a write that the log does not tell of is no number.
            let word = if is_untold { "untold".to_owned() } else { newest.to_string() };
            commit = format!(
                "UPDATE _counters SET position = {newest}, untold = untold + {untold} \
                 WHERE id = 1; {}; SELECT pg_notify('{CHANNEL}', '{word}'); ",
                self.names.next()
            );
        }
        commit.push_str("COMMIT");
        match self.run(commit).await {
            Ok(_) => Ok(span),
            Err(error) if !self.is_lost => Err(error),
            Err(error) => {
                let (connection, ours) = outcome::find(&self.options, &self.names, error).await?;
                self.connection = connection;
                self.is_lost = false;
                ours.map(|()| span)
            }
        }
    }

    async fn write_changes(&mut self, columns: Columns) -> StorageResult<()> {
        let insert = sqlx::query(INSERT)
            .bind(columns.positions)
            .bind(columns.collections)
            .bind(columns.records)
            .bind(columns.actions)
            .bind(columns.befores)
            .bind(columns.afters)
            .bind(columns.times)
            .bind(columns.origins);
        let done = insert.execute(&mut self.connection).await;
        done.map(drop).map_err(|error| self.failed("writing the change log", error))
    }

    pub(crate) async fn rollback(&mut self) -> StorageResult<()> {
        self.forget();
        self.run("ROLLBACK".to_owned()).await.map(drop)
    }

    /// The next unit begins; the savepoint of the last one goes.
    pub(crate) async fn set_savepoint(&mut self) -> StorageResult<()> {
        let mut text = String::from("RELEASE unit; SAVEPOINT unit");
        if self.limit.is_some() {
            let limit = self.options.write_limit.as_millis();
            text = format!("SET LOCAL statement_timeout = {limit}; {text}");
        }
        self.forget();
        self.mark = self.pending.mark();
        self.run(text).await.map(drop)
    }

    /// Undoes the unit; its savepoint stays for the next one.
    pub(crate) async fn undo(&mut self) -> StorageResult<()> {
        self.forget();
        self.pending.undo(self.mark);
        self.run("ROLLBACK TO unit".to_owned()).await.map(drop)
    }

    fn forget(&mut self) {
        self.written.clear();
        self.has_part = false;
        self.is_aborted = false;
        self.limit = None;
    }

    /// Whether the transaction takes further statements.
    pub(crate) fn is_settled(&self) -> bool {
        !self.is_aborted
    }

    /// Whether the connection is gone, and with it whatever was not committed.
    pub(crate) fn is_lost(&self) -> bool {
        self.is_lost
    }

    /// Brings the transaction back to where it was before a statement failed.
    pub(crate) async fn recover(&mut self) -> StorageResult<()> {
        let savepoint = if self.has_part { "part" } else { "unit" };
        self.limit = None;
        self.run(format!("ROLLBACK TO {savepoint}")).await?;
        self.is_aborted = false;
        for statement in self.written.clone() {
            let again = statement.to_postgres().execute(&mut self.connection).await;
            again.map_err(|error| self.failed("writing again", error))?;
        }
        Ok(())
    }

    pub(crate) fn end_by(&mut self, end: Option<Instant>) {
        self.end = end;
    }

    pub(crate) async fn execute(&mut self, statement: &Statement) -> StorageResult<u64> {
        self.prepare_for(statement).await?;
        let mut done = statement.to_postgres().execute(&mut self.connection).await;
        if self.is_stale(&done).await? {
            done = statement.to_postgres().execute(&mut self.connection).await;
        }
        let done = done.map_err(|error| self.failed("running a statement", error))?;
        self.written.push(statement.clone());
        Ok(done.rows_affected())
    }

    pub(crate) async fn rows(&mut self, statement: &Statement) -> StorageResult<Vec<Row>> {
        decode::rows(&self.fetch(statement).await?)
    }

    pub(crate) async fn texts(&mut self, statement: &Statement) -> StorageResult<Vec<String>> {
        decode::texts(&self.fetch(statement).await?)
    }

    pub(crate) async fn text(&mut self, statement: &Statement) -> StorageResult<Option<String>> {
        self.fetch(statement).await?.first().map_or(Ok(None), decode::text)
    }

    pub(super) async fn fetch(&mut self, statement: &Statement) -> StorageResult<Vec<PgRow>> {
        self.prepare_for(statement).await?;
        let mut rows = statement.to_postgres().fetch_all(&mut self.connection).await;
        if self.is_stale(&rows).await? {
            rows = statement.to_postgres().fetch_all(&mut self.connection).await;
        }
        let rows = rows.map_err(|error| self.failed("reading rows", error))?;
        if statement.writes() {
            self.written.push(statement.clone());
        }
        Ok(rows)
    }

    /// Runs a `COPY`. It can't be run again, so a savepoint follows it.
    pub(super) async fn copy_in(&mut self, copy: &str, data: &[u8]) -> StorageResult<()> {
        if self.is_aborted {
            self.recover().await?;
        }
        let copied = async {
            let mut copying = self.connection.copy_in_raw(copy).await?;
            for part in data.chunks(COPY_PART) {
                copying.send(part).await?;
            }
            copying.finish().await
        };
        let copied = copied.await;
        copied.map_err(|error| self.failed("copying rows", error))?;
        self.begin_part().await
    }

    /// The number that the newest position of the change log is from now on.
    pub(crate) fn go_on_from(&mut self, position: i64) {
        self.pending.newest = self.pending.newest.max(position);
    }

    /// As [`Self::go_on_from`], and in any case behind what was given out before.
    pub(super) fn go_on_behind(&mut self, position: i64) {
        self.pending.newest = self.pending.newest.max(position) + 1;
    }

    /// What was written so far needs not be written again after a failure.
    async fn begin_part(&mut self) -> StorageResult<()> {
        let release = if self.has_part { "RELEASE part; " } else { "" };
        self.run(format!("{release}SAVEPOINT part")).await?;
        self.has_part = true;
        self.written.clear();
        Ok(())
    }

    /// A text of the program's own with any number of statements.
    pub(crate) async fn script(&mut self, sql: &'static str) -> StorageResult<()> {
        self.run(sql.to_owned()).await.map(drop)
    }

    /// Gives out a position, for a row that is written with the others of the group.
    pub(crate) fn append(&mut self, changes: &[NewChange]) -> StorageResult<i64> {
        self.pending.append(changes)
    }

    /// Notes what is to become of what was logged so far: it is done when the group ends, behind
    /// the rows that are still to be written.
    pub(crate) fn rewrite_log(&mut self, rewrite: LogRewrite) {
        self.pending.rewrite(rewrite);
    }

    /// Lets names of tables mean those of a schema first.
    pub(crate) async fn look_in(&mut self, schema: &'static str) -> StorageResult<()> {
        open::look_in(&mut self.connection, schema).await
    }

    /// Ends the connection in order.
    pub(crate) async fn close(self) -> StorageResult<()> {
        let closed = self.connection.close().await;
        closed.map_err(|error| complaint::from_sqlx("closing", error))
    }

    /// Sees to it that the next statement can be run, undone and run again, in the time that the
    /// unit has left.
    pub(super) async fn prepare_for(&mut self, statement: &Statement) -> StorageResult<()> {
        if self.is_aborted {
            self.recover().await?;
        }
        if statement.writes() && self.written.len() >= MAX_REPLAYED {
            self.begin_part().await?;
        }
        let Some(end) = self.end else { return Ok(()) };
        let left = end.saturating_duration_since(Instant::now());
        // Told anew when it is well off what the server knows.
        if self.limit.is_none_or(|limit| left < limit / 2) {
            let millis = left.min(self.options.write_limit).as_millis().max(1);
            self.run(format!("SET LOCAL statement_timeout = {millis}")).await?;
            self.limit = Some(left);
        }
        Ok(())
    }

    /// Whether a statement failed because a table was changed since it was prepared: then it is
    /// to be run again.
    async fn is_stale<T>(&mut self, done: &Result<T, sqlx::Error>) -> StorageResult<bool> {
        if !done.as_ref().is_err_and(complaint::is_stale_plan) {
            return Ok(false);
        }
        self.forget_plans().await?;
        self.is_aborted = true;
        self.recover().await?;
        Ok(true)
    }

    /// Forgets the statements that were prepared, since tables are others now.
    pub(super) async fn forget_plans(&mut self) -> StorageResult<()> {
        let cleared = self.connection.clear_cached_statements().await;
        cleared.map_err(|error| self.failed("forgetting statements", error))
    }

    pub(super) async fn run(&mut self, sql: String) -> StorageResult<Vec<PgRow>> {
        let done = self.connection.fetch_all(script(sql)).await;
        done.map_err(|error| self.failed("running a command", error))
    }

    /// Notes that the connection is gone.
    pub(super) fn lose(&mut self) {
        self.is_lost = true;
    }

    /// Notes what an error has done to the transaction.
    pub(super) fn failed(&mut self, context: &'static str, error: sqlx::Error) -> StorageError {
        if complaint::is_refusal(&error) {
            self.is_aborted = true;
        } else {
            self.is_lost = true;
        }
        complaint::from_sqlx(context, error)
    }
}
