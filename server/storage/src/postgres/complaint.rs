//! What PostgreSQL complains of, as a [`StorageError`]. Codes go by name here and nowhere else.

use std::sync::Arc;

use sqlx::postgres::{PgDatabaseError, PgErrorPosition};

use crate::{StorageError, error::Cause};

const UNIQUE_VIOLATION: &str = "23505";
const NOT_NULL_VIOLATION: &str = "23502";
/// Violations of anything else that a table's definition says.
const INTEGRITY: &str = "23";
const QUERY_CANCELED: &str = "57014";
const LOCK_NOT_AVAILABLE: &str = "55P03";
const SERIALIZATION_FAILURE: &str = "40001";
const DEADLOCK: &str = "40P01";
const DISK_FULL: &str = "53100";
const TOO_MANY_CONNECTIONS: &str = "53300";
const READ_ONLY: &str = "25006";
const IDLE_TOO_LONG: &str = "25P03";
/// The server stops, has crashed, or is not ready yet.
const SHUTDOWN: [&str; 3] = ["57P01", "57P02", "57P03"];
const CONNECTION: &str = "08";
/// A NUL, or a sign that the database's encoding lacks.
const WRONG_SIGN: [&str; 2] = ["22021", "22P05"];
/// Numbers out of range, texts that are no documents: what only queries of views can lead to.
const DATA: &str = "22";
const BEYOND_A_LIMIT: &str = "54000";
const DAMAGED: [&str; 2] = ["XX001", "XX002"];
const RIGHT_MISSING: &str = "42501";
/// A prepared statement would yield other types than before, since a table was changed.
const STALE_PLAN: &str = "0A000";

/// The same code, of what it can't do at all.
const UNSUPPORTED: &str = STALE_PLAN;

const UNKNOWN_COLUMN: &str = "42703";
const UNKNOWN_TABLE: &str = "42P01";

/// How the columns of a violated index begin in the detail of the complaint.
const KEY_OPENS: &str = "(";
const KEY_CLOSES: &str = ")=(";

/// sqlx's error as ours. `context` says what was tried.
pub(crate) fn from_sqlx(context: &'static str, error: sqlx::Error) -> StorageError {
    match error {
        sqlx::Error::Database(_) => classify(context, error),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => StorageError::Unreachable(Arc::new(error)),
        sqlx::Error::Encode(_) => StorageError::Unfit(SIGN),
        other => StorageError::other(context, other),
    }
}

/// What is said of a text with a NUL.
pub(super) const SIGN: &str = "The text contains a sign that the database can't keep.";
const KIND: &str = "A value is out of range, or of another kind than it is taken for.";
const LONG: &str = "A value is too long for the database's index.";

fn classify(context: &'static str, error: sqlx::Error) -> StorageError {
    let Some(complaint) = complaint(&error) else { return StorageError::other(context, error) };
    match complaint.code() {
        UNIQUE_VIOLATION => unique(complaint),
        NOT_NULL_VIOLATION => StorageError::NotNull {
            table: complaint.table().unwrap_or_default().to_owned(),
            column: complaint.column().unwrap_or_default().to_owned(),
        },
        QUERY_CANCELED => StorageError::Timeout,
        LOCK_NOT_AVAILABLE | SERIALIZATION_FAILURE | DEADLOCK | TOO_MANY_CONNECTIONS => {
            StorageError::Busy
        }
        code if WRONG_SIGN.contains(&code) => StorageError::Unfit(SIGN),
        BEYOND_A_LIMIT => StorageError::Unfit(LONG),
        code if code.starts_with(DATA) => StorageError::Unfit(KIND),
        RIGHT_MISSING => StorageError::other("the database's user lacks a right", error),
        code => {
            let is_away = SHUTDOWN.contains(&code)
                || matches!(code, READ_ONLY | IDLE_TOO_LONG)
                || code.starts_with(CONNECTION);
            let is_damaged = DAMAGED.contains(&code);
            let (is_full, is_violation) = (code == DISK_FULL, code.starts_with(INTEGRITY));
            let cause: Cause = Arc::new(error);
            if is_away {
                StorageError::Unreachable(cause)
            } else if is_full {
                StorageError::Full(cause)
            } else if is_violation {
                StorageError::Constraint(cause)
            } else if is_damaged {
                StorageError::Corrupt(cause)
            } else {
                StorageError::Other { context, source: cause }
            }
        }
    }
}

/// Whether the cause is a table or a column that is not there.
pub(crate) fn is_gone(cause: &Cause) -> bool {
    let cause: &(dyn std::error::Error + Send + Sync + 'static) = cause.as_ref();
    let complaint = cause.downcast_ref().and_then(complaint);
    complaint.is_some_and(|complaint| [UNKNOWN_COLUMN, UNKNOWN_TABLE].contains(&complaint.code()))
}

/// Whether the same statement will do when it is prepared anew.
pub(super) fn is_stale_plan(error: &sqlx::Error) -> bool {
    complaint(error).is_some_and(|complaint| complaint.code() == STALE_PLAN)
}

/// Whether the server has no such thing where it was asked for.
pub(super) fn is_unsupported(error: &sqlx::Error) -> bool {
    complaint(error).is_some_and(|complaint| complaint.code() == UNSUPPORTED)
}

/// Whether the server took the statement and refused it: the connection is as it was.
pub(super) fn is_refusal(error: &sqlx::Error) -> bool {
    let away = |code: &str| {
        SHUTDOWN.contains(&code) || code == IDLE_TOO_LONG || code.starts_with(CONNECTION)
    };
    match error {
        sqlx::Error::Database(_) => !complaint(error).is_some_and(|of| away(of.code())),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::Protocol(_)
        | sqlx::Error::WorkerCrashed => false,
        _ => true,
    }
}

/// The database's own words, for what its author may see.
pub(super) fn words(error: &sqlx::Error) -> Option<&str> {
    complaint(error).map(PgDatabaseError::message)
}

/// Where a statement names a column that is not there: the number of the sign, from 1 on.
pub(super) fn place_of_unknown_column(error: &sqlx::Error) -> Option<usize> {
    let complaint = complaint(error).filter(|complaint| complaint.code() == UNKNOWN_COLUMN)?;
    match complaint.position()? {
        PgErrorPosition::Original(place) => Some(place),
        PgErrorPosition::Internal { .. } => None,
    }
}

fn complaint(error: &sqlx::Error) -> Option<&PgDatabaseError> {
    error.as_database_error()?.try_downcast_ref()
}

fn unique(complaint: &PgDatabaseError) -> StorageError {
    let index = complaint.constraint().unwrap_or_default().to_owned();
    match complaint.detail().and_then(columns) {
        Some(columns) => StorageError::Unique {
            table: complaint.table().unwrap_or_default().to_owned(),
            columns,
            index: None,
        },
        None => {
            StorageError::Unique { table: String::new(), columns: Vec::new(), index: Some(index) }
        }
    }
}

/// The columns in a text such as `Key (title, lower(email))=(…) already exists.`; nothing when
/// one is an expression of another kind.
fn columns(detail: &str) -> Option<Vec<String>> {
    let (_, rest) = detail.split_once(KEY_OPENS)?;
    let (mut keys, _) = rest.split_once(KEY_CLOSES)?;
    let mut columns = Vec::new();
    while !keys.is_empty() {
        let (column, behind) = key(keys)?;
        columns.push(column);
        keys = match behind.strip_prefix(", ") {
            Some(more) => more,
            None if behind.is_empty() => "",
            None => return None,
        };
    }
    Some(columns)
}

/// The column that a list begins with, and what follows it. One that ignores case is in `lower`.
fn key(keys: &str) -> Option<(String, &str)> {
    if let Some(inside) = keys.strip_prefix("lower(") {
        let (column, behind) = name(inside)?;
        return behind.strip_prefix(')').map(|behind| (column, behind));
    }
    name(keys)
}

fn name(text: &str) -> Option<(String, &str)> {
    let Some(inside) = text.strip_prefix('"') else {
        let is_of_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '$');
        let end = text.find(|letter| !is_of_name(letter)).unwrap_or(text.len());
        let (name, behind) = text.split_at_checked(end).filter(|(name, _)| !name.is_empty())?;
        return Some((name.to_owned(), behind));
    };
    let mut name = String::new();
    let mut rest = inside;
    loop {
        let (before, behind) = rest.split_once('"')?;
        name.push_str(before);
        match behind.strip_prefix('"') {
            Some(more) => {
                name.push('"');
                rest = more;
            }
            None => return Some((name, behind)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_of_a_violated_index_are_told() {
        let of = |detail: &str| columns(detail);
        assert_eq!(
            of("Key (title, \"ra\"\"nk\")=(a, 1) already exists."),
            Some(vec!["title".into(), "ra\"nk".into()])
        );
        assert_eq!(of("Key (lower(email))=(a) already exists."), Some(vec!["email".into()]));
        assert_eq!(of("Key ((a + b))=(a) already exists."), None);
        assert_eq!(of("Key (upper(a))=(a) already exists."), None);
        assert_eq!(of("nothing"), None);
    }
}
