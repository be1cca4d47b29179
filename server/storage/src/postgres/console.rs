//! A superuser's statements on PostgreSQL.
//!
//! Before a statement is run it is made the body of a function that is undone at once: the server
//! takes nothing but statements on rows for that, and what it keeps of them tells every table with
//! the columns that are read and written, and every function that is called.

use futures_util::TryStreamExt;
use sqlx::{
    Column as _, Either, Executor, PgConnection, Row as _, Statement as _, TypeInfo as _,
    postgres::{PgColumn, PgRow},
};

use super::{
    complaint, decode,
    functions::{Function, is_allowed},
    table_change::refused,
    view_names,
    write_connection::PostgresWriter,
};
use crate::{
    StorageError, StorageResult,
    console::{
        ConsoleAnswer, ConsoleAsk, ConsoleColumn, DEFINES, MAX_ANSWER_BYTES, TOO_MUCH, WRITES,
        made_elsewhere,
    },
    quoting::quoted,
    statement::{Statement, script, to_prepare},
};

/// The tables that a body names, whether they are written, and the columns that are read, made
/// and changed.
const RIGHTS: &str = "SELECT c.relname::text, \
       c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'v'), \
       m[2], m[3], m[4], m[5] \
     FROM pg_proc p, regexp_matches(p.prosqlbody::text, \
       ':relid ([0-9]+) [^{}]*?:requiredPerms ([0-9]+) [^{}]*?:selectedCols \\(b([ 0-9]*)\\) \
        :insertedCols \\(b([ 0-9]*)\\) :updatedCols \\(b([ 0-9]*)\\)', 'g') AS m \
       JOIN pg_class c ON c.oid = m[1]::oid \
     WHERE p.oid = to_regproc(quote_ident($1))";
/// Tables that a body names, of which the above must tell.
const TABLES: &str = "SELECT DISTINCT c.relname::text FROM pg_proc p, \
       regexp_matches(p.prosqlbody::text, ':relid ([0-9]+)', 'g') AS m \
       JOIN pg_class c ON c.oid = m[1]::oid WHERE p.oid = to_regproc(quote_ident($1))";
/// Every function that a body calls, those behind operators too.
const CALLS: &str = "SELECT DISTINCT f.proname::text, \
       f.pronamespace = 'pg_catalog'::regnamespace, f.provolatile::text \
     FROM pg_proc p, regexp_matches(p.prosqlbody::text, \
       ':(?:funcid|aggfnoid|winfnoid|opfuncid|elemfuncid) ([0-9]+)', 'g') AS m, pg_proc f \
     WHERE p.oid = to_regproc(quote_ident($1)) AND f.oid = m[1]::oid";
/// Whether one of the statements writes.
const WRITING: &str = "SELECT coalesce(prosqlbody::text ~ ':commandType [2-9]', false) \
     FROM pg_proc WHERE oid = to_regproc(quote_ident($1))";
/// The name of a column by its number.
const COLUMN: &str = "SELECT attname::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid \
     WHERE c.oid = to_regclass(quote_ident($1)) AND a.attnum = $2 AND a.attnum > 0";
/// Columns are counted from here in sets; 0 is a row as a whole.
const FIRST_COLUMN: i16 = -7;
/// The right to read, in the server's numbers.
const READ_RIGHT: i64 = 2;

/// Runs a statement that reads, on a connection that is thrown away.
pub(super) async fn read(
    connection: &mut PgConnection,
    ask: &ConsoleAsk,
) -> StorageResult<ConsoleAnswer> {
    command(connection, "BEGIN").await?;
    let text = checked(connection, ask).await?;
    command(connection, "ROLLBACK").await?;
    command(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let limit = ask.limit.as_millis().max(1);
    command(connection, &format!("SET LOCAL statement_timeout = {limit}")).await?;
    run(connection, &text, ask).await.map_err(explained)?
}

impl PostgresWriter {
    /// Runs a statement inside the open transaction.
    pub(crate) async fn console(&mut self, ask: &ConsoleAsk) -> StorageResult<ConsoleAnswer> {
        let text = self.within(async |connection| checked(connection, ask).await).await?;
        self.prepare_for(&Statement::vouched(text.clone())).await?;
        match run(&mut self.connection, &text, ask).await {
            Ok(answer) => answer,
            Err(error) => {
                let words = complaint::words(&error).map(str::to_owned);
                let error = self.failed("running a superuser's statement", error);
                Err(told(error, words))
            }
        }
    }
}

/// The statement as the server understands its names, once it is sure to do only what it may.
/// Inside a transaction that is undone.
async fn checked(connection: &mut PgConnection, ask: &ConsoleAsk) -> StorageResult<String> {
    let text = ask.text.trim().trim_end_matches(';').trim_end();
    let text = view_names::translated(connection, text).await?;
    let name = format!("_look_{}", underpin_model::id::random_lowercase(15));
    let body = explained_statement(&text).unwrap_or(&text);
    let create = format!(
        "CREATE FUNCTION {}() RETURNS void LANGUAGE sql BEGIN ATOMIC\n{body}\n;\nEND",
        quoted(&name)
    );
    let made = Statement::vouched(create).to_postgres().execute(&mut *connection).await;
    made.map_err(not_taken)?;
    check_calls(connection, &name).await?;
    check_rights(connection, &name, ask).await?;
    let writes = asked(connection, WRITING, &name).await?;
    let writes = writes.first().map(|row| row.try_get(0)).transpose().map_err(explained)?;
    if !ask.writes && writes.unwrap_or(true) {
        return Err(refused(WRITES));
    }
    Ok(text)
}

/// What stands behind `EXPLAIN`.
fn explained_statement(text: &str) -> Option<&str> {
    let (word, rest) = text.split_once(char::is_whitespace)?;
    word.eq_ignore_ascii_case("explain").then_some(rest)
}

async fn check_calls(connection: &mut PgConnection, body: &str) -> StorageResult<()> {
    for row in asked(connection, CALLS, body).await? {
        let function = Function {
            name: decode::text_at(&row, 0)?.unwrap_or_default(),
            is_built_in: row.try_get(1).map_err(explained)?,
            volatility: decode::text_at(&row, 2)?.unwrap_or_default(),
        };
        if !is_allowed(&function) {
            return Err(refused(&format!("the function {} can't be used", function.name)));
        }
    }
    Ok(())
}

async fn check_rights(
    connection: &mut PgConnection,
    body: &str,
    ask: &ConsoleAsk,
) -> StorageResult<()> {
    let mut known = Vec::new();
    for row in asked(connection, RIGHTS, body).await? {
        let name = decode::text_at(&row, 0)?.unwrap_or_default();
        let is_near: bool = row.try_get(1).map_err(explained)?;
        let table = ask.table(&name).filter(|_| is_near).ok_or_else(|| not_theirs(&name))?;
        let text =
            |at: usize| Ok::<_, StorageError>(decode::text_at(&row, at)?.unwrap_or_default());
        let rights: i64 = text(2)?.parse().unwrap_or(i64::MAX);
        if rights & !READ_RIGHT != 0 && !(ask.writes && table.is_writable) {
            let reason = if ask.writes { not_theirs(&name) } else { refused(WRITES) };
            return Err(reason);
        }
        if table.holds_secrets() && !text(4)?.trim().is_empty() {
            return Err(refused(&made_elsewhere(&name)));
        }
        for columns in [text(3)?, text(4)?, text(5)?] {
            for number in columns.split_whitespace() {
                let number = number.parse::<i16>().unwrap_or_default() + FIRST_COLUMN;
                let column = column(connection, &name, number).await?;
                let hides_some = number == 0 && table.holds_secrets();
                if hides_some || table.hides(&column) {
                    return Err(secret(&name, &column));
                }
            }
        }
        known.push(name);
    }
    for row in asked(connection, TABLES, body).await? {
        let name = decode::text(&row)?.unwrap_or_default();
        if !known.contains(&name) {
            return Err(not_theirs(&name));
        }
    }
    Ok(())
}

async fn column(connection: &mut PgConnection, table: &str, number: i16) -> StorageResult<String> {
    let select = sqlx::query(COLUMN).bind(table.to_owned()).bind(number);
    let row = select.fetch_optional(connection).await.map_err(explained)?;
    Ok(row.as_ref().map(decode::text).transpose()?.flatten().unwrap_or_default())
}

fn not_theirs(table: &str) -> StorageError {
    refused(&format!("the table \"{}\" is the server's own", table.escape_debug()))
}

fn secret(table: &str, column: &str) -> StorageError {
    let column = if column.is_empty() { "a column" } else { column };
    refused(&format!(
        "{column} of \"{table}\" is a secret, which is not shown and is set through the API alone: \
         name the columns that you need instead of *"
    ))
}

/// Runs a statement that was checked. Values come as the server prints them.
async fn run(
    connection: &mut PgConnection,
    text: &str,
    ask: &ConsoleAsk,
) -> Result<StorageResult<ConsoleAnswer>, sqlx::Error> {
    // Prepared first: that is what tells the columns where there are no rows, and what takes one
    // statement alone.
    let prepared = connection.prepare(to_prepare(text.to_owned())).await?;
    let columns = prepared.columns().iter().map(|column| ConsoleColumn {
        name: column.name().to_owned(),
        kind: column.type_info().name().to_owned(),
    });
    let mut answer = ConsoleAnswer { columns: columns.collect(), ..ConsoleAnswer::default() };
    let mut bytes = 0_usize;
    let mut results = connection.fetch_many(script(text.to_owned()));
    while let Some(result) = results.try_next().await? {
        match result {
            Either::Left(done) if ask.writes => answer.affected = done.rows_affected(),
            Either::Left(_) => {}
            Either::Right(row) => {
                if answer.rows.len() >= ask.most_rows {
                    if ask.writes {
                        continue;
                    }
                    break;
                }
                let values = match values(&row) {
                    Ok(values) => values,
                    Err(error) => return Ok(Err(error)),
                };
                let length = |value: &Option<String>| value.as_ref().map_or(1, String::len);
                bytes = bytes.saturating_add(values.iter().map(length).sum());
                if bytes > MAX_ANSWER_BYTES {
                    return Ok(Err(refused(TOO_MUCH)));
                }
                answer.rows.push(values);
            }
        }
    }
    Ok(Ok(answer))
}

/// Truths are 0 and 1, as everywhere.
fn values(row: &PgRow) -> StorageResult<Vec<Option<String>>> {
    let columns = row.columns().iter().enumerate();
    let value = |(at, column): (usize, &PgColumn)| {
        let text = decode::text_at(row, at)?;
        let is_truth = column.type_info().name() == "BOOL";
        Ok(text.map(|text| if is_truth { u8::from(text == "t").to_string() } else { text }))
    };
    columns.map(value).collect()
}

async fn asked(
    connection: &mut PgConnection,
    select: &'static str,
    body: &str,
) -> StorageResult<Vec<PgRow>> {
    let rows = sqlx::query(select).bind(body.to_owned()).fetch_all(connection).await;
    rows.map_err(explained)
}

async fn command(connection: &mut PgConnection, text: &str) -> StorageResult<()> {
    script(text.to_owned()).execute(connection).await.map(drop).map_err(explained)
}

/// The server's own words: they are about a statement that its author knows.
fn explained(error: sqlx::Error) -> StorageError {
    let words = complaint::words(&error).map(str::to_owned);
    told(complaint::from_sqlx("running a superuser's statement", error), words)
}

fn told(error: StorageError, words: Option<String>) -> StorageError {
    match error {
        kept @ (StorageError::Busy
        | StorageError::Timeout
        | StorageError::Full(_)
        | StorageError::Corrupt(_)
        | StorageError::Unreachable(_)) => kept,
        other => words.map_or(other, |words| refused(&words)),
    }
}

/// What the server says of a text that can't be such a body. Of what is no statement on rows it
/// says little.
fn not_taken(error: sqlx::Error) -> StorageError {
    match complaint::is_unsupported(&error) {
        true => refused(DEFINES),
        false => explained(error),
    }
}
