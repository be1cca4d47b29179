//! A superuser's statements on SQLite.

use std::{
    collections::HashSet,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::{
    Batch, Connection, Statement,
    fallible_iterator::FallibleIterator as _,
    hooks::{AuthAction, AuthContext, Authorization},
    limits::Limit,
    types::ValueRef,
};

use super::{
    ConsoleAnswer, ConsoleAsk, ConsoleColumn, ConsoleTable, DEFINES, MAX_ANSWER_BYTES, TOO_MUCH,
    WRITES, made_elsewhere,
};
use crate::{StorageError, StorageResult, constraint, index_lexer::refused};

/// Longest value that a statement may make, in bytes.
const MAX_VALUE_BYTES: i32 = 16 * 1024 * 1024;
/// Functions that reach beyond the database.
const REFUSED_FUNCTIONS: [&str; 4] = ["load_extension", "fts3_tokenizer", "readfile", "writefile"];
/// Pragmas that only tell, whatever is behind them.
const TELLING: [&str; 14] = [
    "table_info",
    "table_xinfo",
    "table_list",
    "index_list",
    "index_info",
    "index_xinfo",
    "foreign_key_list",
    "foreign_key_check",
    "function_list",
    "collation_list",
    "compile_options",
    "integrity_check",
    "quick_check",
    "pragma_list",
];
/// Pragmas that tell where nothing is behind them, and set something else.
const TELLING_ALONE: [&str; 9] = [
    "user_version",
    "schema_version",
    "page_count",
    "page_size",
    "freelist_count",
    "encoding",
    "journal_mode",
    "data_version",
    "application_id",
];
/// Tables of the database itself begin with this.
const OWN: &str = "sqlite_";
/// Tables and views. Whatever else a statement reads from is its own.
const NAMES: &str = "SELECT lower(name) FROM sqlite_schema WHERE type IN ('table', 'view')";
/// Undoes other writes along with the statement.
const WHOLE_UNDO: [&str; 2] = ["or", "rollback"];

/// What is said of a write that gives back rows with secrets in them.
const RETURNS: &str = "RETURNING is not taken where a table holds secrets";

/// What the authorizer has seen of the statement that was prepared last.
#[derive(Default)]
struct Seen {
    /// Why something was refused.
    refusal: Option<String>,
    /// Whether it writes a table that holds secrets.
    writes_secrets: bool,
}

/// Runs statements on a connection that can't write.
pub(crate) fn read(connection: &Connection, ask: &ConsoleAsk) -> StorageResult<ConsoleAnswer> {
    connection.pragma_update(None, "query_only", "on").map_err(explained)?;
    connection.execute_batch("BEGIN").map_err(explained)?;
    run(connection, ask)
}

/// Runs statements inside the transaction that is open.
pub(crate) fn run(connection: &Connection, ask: &ConsoleAsk) -> StorageResult<ConsoleAnswer> {
    let names = names(connection).map_err(explained)?;
    let words: Vec<_> = ask.text.split_whitespace().map(str::to_lowercase).collect();
    if words.windows(WHOLE_UNDO.len()).any(|words| words == WHOLE_UNDO) {
        return Err(refused("OR ROLLBACK is not taken"));
    }
    let seen = Arc::new(Mutex::new(Seen::default()));
    let (noted, guarded) = (Arc::clone(&seen), ask.clone());
    let guard = move |asked: AuthContext<'_>| {
        let mut seen = noted.lock().unwrap_or_else(PoisonError::into_inner);
        seen.writes_secrets |= writes_secrets(&asked.action, &guarded);
        answer(asked.action, &guarded, &names).unwrap_or_else(|why| {
            seen.refusal.get_or_insert(why);
            Authorization::Deny
        })
    };
    let length = connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES);
    let length = length.map_err(explained)?;
    connection.authorizer(Some(guard)).map_err(explained)?;
    let done = all(connection, ask, &seen);
    let freed = connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>);
    freed.map_err(|error| StorageError::other("taking a guard back", error))?;
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, length).map_err(explained)?;
    if connection.is_autocommit() {
        // Whatever else was in the transaction has gone along with it.
        return Err(StorageError::Busy);
    }
    let refusal = seen.lock().unwrap_or_else(PoisonError::into_inner).refusal.take();
    match (done, refusal) {
        (Err(StorageError::Definition(_)), Some(reason)) => Err(refused(&reason)),
        (done, _) => done,
    }
}

fn names(connection: &Connection) -> rusqlite::Result<HashSet<String>> {
    let mut prepared = connection.prepare(NAMES)?;
    let names = prepared.query_map([], |row| row.get(0))?;
    names.collect()
}

/// Runs one after the other; the last one's rows are the answer.
fn all(
    connection: &Connection,
    ask: &ConsoleAsk,
    seen: &Mutex<Seen>,
) -> StorageResult<ConsoleAnswer> {
    let mut statements = Batch::new(connection, &ask.text);
    let mut answer = ConsoleAnswer::default();
    while let Some(statement) = statements.next().map_err(explained)? {
        let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
        if seen.writes_secrets && statement.column_count() > 0 {
            // The authorizer is not asked for the columns that come back.
            return Err(refused(RETURNS));
        }
        answer = one(connection, statement, ask)?;
    }
    Ok(answer)
}

fn one(
    connection: &Connection,
    mut statement: Statement<'_>,
    ask: &ConsoleAsk,
) -> StorageResult<ConsoleAnswer> {
    if statement.parameter_count() > 0 {
        return Err(refused("there are no values for parameters"));
    }
    let columns = statement.columns().into_iter().map(|column| ConsoleColumn {
        name: column.name().to_owned(),
        kind: column.decl_type().unwrap_or_default().to_owned(),
    });
    let columns: Vec<_> = columns.collect();
    let reads = statement.readonly();
    let (mut found, mut bytes) = (Vec::new(), 0_usize);
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(explained)? {
        if found.len() >= ask.most_rows {
            break;
        }
        let mut values = Vec::with_capacity(columns.len());
        for place in 0..columns.len() {
            let value = text_of(row.get_ref(place).map_err(explained)?);
            bytes = bytes.saturating_add(value.as_ref().map_or(1, String::len));
            values.push(value);
        }
        if bytes > MAX_ANSWER_BYTES {
            return Err(refused(TOO_MUCH));
        }
        found.push(values);
    }
    drop(rows);
    let affected = if reads { 0 } else { connection.changes() };
    Ok(ConsoleAnswer { columns, rows: found, affected })
}

/// What a statement may do; a sentence for what it may not.
fn answer(
    asked: AuthAction<'_>,
    ask: &ConsoleAsk,
    names: &HashSet<String>,
) -> Result<Authorization, String> {
    match asked {
        AuthAction::Select | AuthAction::Recursive => Ok(Authorization::Allow),
        AuthAction::Read { table_name, column_name } => match ask.table(table_name) {
            Some(table) if table.hides(column_name) => Ok(Authorization::Ignore),
            Some(_) => Ok(Authorization::Allow),
            None if is_own(table_name) => Ok(Authorization::Allow),
            None if names.contains(&table_name.to_lowercase()) => Err(not_theirs(table_name)),
            None => Ok(Authorization::Allow),
        },
        AuthAction::Function { function_name } => {
            let is_it = |name: &&str| function_name.eq_ignore_ascii_case(name);
            match REFUSED_FUNCTIONS.iter().any(is_it) {
                true => Err(format!("the function {function_name} can't be used")),
                false => Ok(Authorization::Allow),
            }
        }
        AuthAction::Pragma { pragma_name, pragma_value } => {
            let is_it = |name: &&str| pragma_name.eq_ignore_ascii_case(name);
            let tells = TELLING.iter().any(is_it)
                || (pragma_value.is_none() && TELLING_ALONE.iter().any(is_it));
            if tells { Ok(Authorization::Allow) } else { Err(DEFINES.to_owned()) }
        }
        AuthAction::Insert { table_name } => {
            let answer = written(table_name, "", ask)?;
            let holds_secrets = ask.table(table_name).is_some_and(ConsoleTable::holds_secrets);
            if holds_secrets { Err(made_elsewhere(table_name)) } else { Ok(answer) }
        }
        AuthAction::Delete { table_name } => written(table_name, "", ask),
        AuthAction::Update { table_name, column_name } => written(table_name, column_name, ask),
        _ => Err(DEFINES.to_owned()),
    }
}

fn writes_secrets(asked: &AuthAction<'_>, ask: &ConsoleAsk) -> bool {
    match asked {
        AuthAction::Insert { table_name }
        | AuthAction::Delete { table_name }
        | AuthAction::Update { table_name, .. } => {
            ask.table(table_name).is_some_and(ConsoleTable::holds_secrets)
        }
        _ => false,
    }
}

fn written(table: &str, column: &str, ask: &ConsoleAsk) -> Result<Authorization, String> {
    if is_own(table) {
        return Err(DEFINES.to_owned());
    }
    if !ask.writes {
        return Err(WRITES.to_owned());
    }
    match ask.table(table) {
        Some(known) if known.is_writable && !known.hides(column) => Ok(Authorization::Allow),
        Some(known) if known.is_writable => {
            Err(format!("\"{column}\" of \"{table}\" is a secret: it is set through the API"))
        }
        _ => Err(not_theirs(table)),
    }
}

fn is_own(table: &str) -> bool {
    table.get(..OWN.len()).is_some_and(|start| start.eq_ignore_ascii_case(OWN))
}

fn not_theirs(table: &str) -> String {
    format!("the table \"{}\" is the server's own", table.escape_debug())
}

fn text_of(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(real(number)),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            Some(String::from_utf8_lossy(bytes).into_owned())
        }
    }
}

/// A number as short as can be, with an exponent only where it would be long.
fn real(number: f64) -> String {
    const PLAIN: std::ops::Range<f64> = 1e-5..1e21;
    if number.is_infinite() {
        return if number > 0.0 { "+Inf".to_owned() } else { "-Inf".to_owned() };
    }
    if number == 0.0 || PLAIN.contains(&number.abs()) {
        return number.to_string();
    }
    format!("{number:e}")
}

/// The database's own words: they are about statements that their author knows.
fn explained(error: rusqlite::Error) -> StorageError {
    let words = match &error {
        rusqlite::Error::SqlInputError { msg, .. } => Some(msg.clone()),
        rusqlite::Error::SqliteFailure(_, message) => message.clone(),
        _ => None,
    };
    match constraint::from_rusqlite("running a superuser's statements", error) {
        kept @ (StorageError::Busy
        | StorageError::Timeout
        | StorageError::Full(_)
        | StorageError::Corrupt(_)) => kept,
        other => words.map_or(other, |words| refused(&words)),
    }
}
