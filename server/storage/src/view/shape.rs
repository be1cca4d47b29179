//! What the database says of a query without running it.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use super::checked_query;
use crate::{
    StorageError, StorageResult,
    index_lexer::{refused, tokens_beside_comments},
    statement::{QUERY_HEAD, Statement},
};

/// Functions that reach beyond the database.
const REFUSED_FUNCTIONS: [&str; 4] = ["load_extension", "fts3_tokenizer", "readfile", "writefile"];

/// What the database says of a text in double quotes that names no column.
const QUOTED_TEXT: &str = "should this be a string literal in single-quotes?";
/// Most texts in double quotes of one query.
const MAX_QUOTED_TEXTS: usize = 200;

/// A query as the database understands it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewShape {
    /// The query, with texts in single quotes. Many write them in double ones, which are for
    /// names; that is taken, where no column has the name.
    pub query: String,
    /// The columns that it yields, in their order.
    pub columns: Vec<ShapeColumn>,
    /// Every column that it reads anywhere, those of tables behind other views too. A table whose
    /// rows are merely counted stands with an empty column.
    pub reads: BTreeSet<ColumnName>,
}

/// A column that a query yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShapeColumn {
    /// Its name; a repeated one has a number behind it.
    pub name: String,
    /// The table's column whose values it shows unchanged, however deep inside the query.
    pub origin: Option<ColumnName>,
}

/// A column of a table or a view.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnName {
    /// The table.
    pub table: String,
    /// The column.
    pub column: String,
}

/// Prepares a query, with no right to do anything but read, and tells what it found. The query
/// is not run.
pub(crate) fn describe(connection: &rusqlite::Connection, query: &str) -> StorageResult<ViewShape> {
    let mut query = checked_query(query)?.to_owned();
    let reads = Arc::new(Mutex::new(BTreeSet::new()));
    let seen = Arc::clone(&reads);
    let guard = move |asked: AuthContext<'_>| answer(asked.action, &seen);
    connection.authorizer(Some(guard)).map_err(explained)?;
    let columns = prepare(connection, &mut query);
    let freed = connection.authorizer(None::<fn(AuthContext<'_>) -> Authorization>);
    freed.map_err(|error| StorageError::other("taking a guard back", error))?;
    let mut reads = std::mem::take(&mut *reads.lock().unwrap_or_else(PoisonError::into_inner));
    let columns = columns?;
    for counted in reads.clone().iter().filter(|read| read.column.is_empty()) {
        if !is_there(connection, &counted.table)? {
            reads.remove(counted);
        }
    }
    Ok(ViewShape { query, columns, reads })
}

/// Whether a name is a table's or a view's, and not one that the query itself gives.
fn is_there(connection: &rusqlite::Connection, name: &str) -> StorageResult<bool> {
    let statement = "SELECT 1 FROM pragma_table_list(?1)";
    let mut prepared = connection.prepare_cached(statement).map_err(explained)?;
    prepared.exists([name]).map_err(explained)
}

/// Prepares a query, and gives texts in double quotes single ones on the way.
fn prepare(
    connection: &rusqlite::Connection,
    query: &mut String,
) -> StorageResult<Vec<ShapeColumn>> {
    for _ in 0..MAX_QUOTED_TEXTS {
        let statement = Statement::of_query(query);
        let error = match connection.prepare(statement.sql()) {
            Ok(prepared) => return Ok(columns_of(&prepared)),
            Err(error) => error,
        };
        let place = place_of_text(&error);
        let Some(text) = place.map(|place| with_text(query, place)).transpose()?.flatten() else {
            return Err(explained(error));
        };
        *query = text;
    }
    Err(refused("texts belong into single quotes"))
}

/// Where in the query a text stands in double quotes, if that is what is wrong.
fn place_of_text(error: &rusqlite::Error) -> Option<usize> {
    match error {
        rusqlite::Error::SqlInputError { msg, offset, .. } if msg.ends_with(QUOTED_TEXT) => {
            usize::try_from(*offset).ok()?.checked_sub(QUERY_HEAD.len())
        }
        _ => None,
    }
}

/// The query with what stands in double quotes at a place as a text.
pub(crate) fn with_text(query: &str, place: usize) -> StorageResult<Option<String>> {
    let tokens = tokens_beside_comments(query)?;
    let token = tokens.iter().find(|token| token.start == place);
    let (Some(token), true) = (token, query.get(place..).is_some_and(|at| at.starts_with('"')))
    else {
        return Ok(None);
    };
    let Some((before, behind)) = query.get(..token.start).zip(query.get(token.end..)) else {
        return Ok(None);
    };
    let text = token.name().unwrap_or_default().replace('\'', "''");
    Ok(Some(format!("{before}'{text}'{behind}")))
}

fn answer(asked: AuthAction<'_>, seen: &Mutex<BTreeSet<ColumnName>>) -> Authorization {
    match asked {
        AuthAction::Select | AuthAction::Recursive => Authorization::Allow,
        AuthAction::Read { table_name, column_name } => {
            let (table, column) = (table_name.to_owned(), column_name.to_owned());
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.insert(ColumnName { table, column });
            Authorization::Allow
        }
        AuthAction::Function { function_name } => {
            let refused = |name: &&str| function_name.eq_ignore_ascii_case(name);
            match REFUSED_FUNCTIONS.iter().any(refused) {
                true => Authorization::Deny,
                false => Authorization::Allow,
            }
        }
        _ => Authorization::Deny,
    }
}

fn columns_of(prepared: &rusqlite::Statement<'_>) -> Vec<ShapeColumn> {
    let columns = prepared.columns_with_metadata().into_iter().map(|column| {
        let origin = column.table_name().zip(column.origin_name()).map(|(table, column)| {
            ColumnName { table: table.to_owned(), column: column.to_owned() }
        });
        ShapeColumn { name: column.name().to_owned(), origin }
    });
    columns.collect()
}

/// The database's own words: they are about the query, which its author knows.
fn explained(error: rusqlite::Error) -> StorageError {
    match error {
        rusqlite::Error::SqlInputError { msg, .. } => refused(&msg),
        rusqlite::Error::SqliteFailure(_, Some(message)) => refused(&message),
        other => StorageError::other("preparing a view's query", other),
    }
}
