//! What a database complains of, as a [`StorageError`]. Codes go by name here and nowhere else.

use std::{error::Error, sync::Arc};

use rusqlite::ffi;

use crate::{StorageError, error::Cause};

/// The low byte of an extended result code is the primary code.
const PRIMARY_CODE: i32 = 0xff;
/// How SQLite begins what it says of a table or a column that is not there.
const GONE: [&str; 2] = ["no such table: ", "no such column: "];
/// How SQLite begins the message of a unique violation; columns follow as `table.column`.
const UNIQUE_MESSAGE: &str = "UNIQUE constraint failed: ";
/// What stands in place of the columns when the index is over expressions.
const UNIQUE_INDEX: &str = "index '";
/// How SQLite begins the message of a missing value; `table.column` follows.
const NOT_NULL_MESSAGE: &str = "NOT NULL constraint failed: ";

/// rusqlite's error as ours. `context` says what was tried.
pub(crate) fn from_rusqlite(context: &'static str, error: rusqlite::Error) -> StorageError {
    match &error {
        rusqlite::Error::SqliteFailure(failure, message) => {
            let code = failure.extended_code;
            let message = message.clone().unwrap_or_default();
            classify(context, code, &message, Arc::new(error))
        }
        // A text that can't be prepared: an unknown column, a syntax error.
        rusqlite::Error::SqlInputError { error: failure, msg, .. } => {
            let (code, message) = (failure.extended_code, msg.clone());
            classify(context, code, &message, Arc::new(error))
        }
        _ => StorageError::other(context, error),
    }
}

fn classify(context: &'static str, code: i32, message: &str, cause: Cause) -> StorageError {
    match code {
        ffi::SQLITE_CONSTRAINT_UNIQUE
        | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
        | ffi::SQLITE_CONSTRAINT_ROWID => unique(message),
        ffi::SQLITE_CONSTRAINT_NOTNULL => not_null(message),
        _ => match code & PRIMARY_CODE {
            ffi::SQLITE_CONSTRAINT => StorageError::Constraint(cause),
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => StorageError::Busy,
            ffi::SQLITE_INTERRUPT => StorageError::Timeout,
            ffi::SQLITE_FULL => StorageError::Full(cause),
            ffi::SQLITE_CORRUPT | ffi::SQLITE_NOTADB => StorageError::Corrupt(cause),
            _ => StorageError::Other { context, source: cause },
        },
    }
}

fn unique(message: &str) -> StorageError {
    let named = message.strip_prefix(UNIQUE_MESSAGE).unwrap_or(message);
    if let Some(index) = named.strip_prefix(UNIQUE_INDEX) {
        let index = index.trim_end_matches('\'').to_owned();
        return StorageError::Unique {
            table: String::new(),
            columns: Vec::new(),
            index: Some(index),
        };
    }
    let mut table = String::new();
    let mut columns = Vec::new();
    for part in named.split(", ") {
        let (of, column) = part.split_once('.').unwrap_or(("", part));
        of.clone_into(&mut table);
        columns.push(column.to_owned());
    }
    StorageError::Unique { table, columns, index: None }
}

fn not_null(message: &str) -> StorageError {
    let named = message.strip_prefix(NOT_NULL_MESSAGE).unwrap_or(message);
    let (table, column) = named.split_once('.').unwrap_or(("", named));
    StorageError::NotNull { table: table.to_owned(), column: column.to_owned() }
}

/// Whether the cause is a fault in a statement's text or types: it leaves the transaction be.
pub(crate) fn is_plain_sql_error(cause: &Cause) -> bool {
    let cause: &(dyn Error + Send + Sync + 'static) = cause.as_ref();
    let failure = match cause.downcast_ref() {
        Some(rusqlite::Error::SqlInputError { .. }) => return true,
        Some(rusqlite::Error::SqliteFailure(failure, _)) => failure,
        // Found out by rusqlite before or after SQLite ran: a column of another type and such.
        other => return other.is_some(),
    };
    matches!(
        failure.extended_code & PRIMARY_CODE,
        ffi::SQLITE_ERROR | ffi::SQLITE_MISMATCH | ffi::SQLITE_RANGE | ffi::SQLITE_TOOBIG
    )
}

/// Whether the cause is a table or a column that is not there.
pub(crate) fn is_gone(cause: &Cause) -> bool {
    let cause: &(dyn Error + Send + Sync + 'static) = cause.as_ref();
    let message = match cause.downcast_ref() {
        Some(rusqlite::Error::SqlInputError { msg, .. }) => msg.as_str(),
        Some(rusqlite::Error::SqliteFailure(_, Some(message))) => message.as_str(),
        _ => return false,
    };
    GONE.iter().any(|start| message.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classified(code: i32, message: &str) -> StorageError {
        classify("test", code, message, Arc::new(std::fmt::Error))
    }

    #[test]
    fn a_unique_violation_names_table_and_columns() {
        let error = classified(
            ffi::SQLITE_CONSTRAINT_UNIQUE,
            "UNIQUE constraint failed: posts.slug, posts.lang",
        );
        let StorageError::Unique { table, columns, index } = error else { panic!("{error:?}") };
        assert_eq!((table.as_str(), index), ("posts", None));
        assert_eq!(columns, ["slug", "lang"]);
    }

    #[test]
    fn a_violated_index_over_expressions_is_named() {
        let error = classified(
            ffi::SQLITE_CONSTRAINT_UNIQUE,
            "UNIQUE constraint failed: index 'idx_lower_email'",
        );
        let StorageError::Unique { index, .. } = error else { panic!("{error:?}") };
        assert_eq!(index.as_deref(), Some("idx_lower_email"));
    }

    #[test]
    fn extended_codes_are_known_by_their_primary_one() {
        assert!(matches!(classified(ffi::SQLITE_BUSY_SNAPSHOT, ""), StorageError::Busy));
        assert!(matches!(
            classified(ffi::SQLITE_CONSTRAINT_CHECK, ""),
            StorageError::Constraint(_)
        ));
        assert!(matches!(classified(ffi::SQLITE_INTERRUPT, ""), StorageError::Timeout));
    }

    #[test]
    fn the_public_text_keeps_the_database_to_itself() {
        let error =
            classified(ffi::SQLITE_CONSTRAINT_CHECK, "CHECK constraint failed: secret_rule");
        assert!(!error.to_string().contains("secret_rule"));
    }

    #[test]
    fn tables_and_columns_that_are_not_there_are_noticed() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        let failed = |sql: &str| -> Cause { Arc::new(connection.prepare(sql).unwrap_err()) };
        assert!(is_gone(&failed("SELECT 1 FROM nowhere")));
        assert!(is_gone(&failed("SELECT missing FROM sqlite_schema")));
        assert!(!is_gone(&failed("SELECT FROM sqlite_schema")));
    }
}
