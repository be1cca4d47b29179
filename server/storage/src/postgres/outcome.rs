//! What became of a commit whose answer was lost on the way.

use std::time::{Duration, Instant};

use sqlx::PgConnection;

use super::{
    complaint, decode,
    open::{PostgresOptions, Purpose},
};
use crate::{StorageError, StorageResult, error::Cause};

/// What the server says of a transaction: committed, aborted or in progress; null for one that it
/// has forgotten.
const STATUS: &str = "SELECT pg_xact_status(CAST($1 AS text)::xid8)";
/// Pause between two questions.
const PAUSE: Duration = Duration::from_millis(100);

/// Asks on a new connection whether the transaction was committed, for as long as a caller may
/// wait; the error that is given here is the one by which the old connection was lost.
///
/// # Errors
/// [`StorageError::Unknown`] when that can't be found out.
pub(super) async fn find(
    options: &PostgresOptions,
    transaction: &str,
    lost: StorageError,
) -> StorageResult<(PgConnection, StorageResult<()>)> {
    let until = Instant::now() + options.busy_limit;
    while Instant::now() < until {
        if let Ok(mut connection) = options.connect(Purpose::Write).await {
            match status(&mut connection, transaction).await.as_deref() {
                Ok("committed") => return Ok((connection, Ok(()))),
                Ok("aborted") => return Ok((connection, Err(lost))),
                Ok("in progress") | Err(_) => {}
                Ok(_) => break,
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(StorageError::Unknown(cause(lost)))
}

async fn status(connection: &mut PgConnection, transaction: &str) -> StorageResult<String> {
    let row = sqlx::query(STATUS).bind(transaction.to_owned()).fetch_one(connection).await;
    let row = row.map_err(|error| complaint::from_sqlx("asking for an outcome", error))?;
    Ok(decode::text_at(&row, 0)?.unwrap_or_default())
}

fn cause(lost: StorageError) -> Cause {
    match lost {
        StorageError::Unreachable(cause) => cause,
        other => std::sync::Arc::new(other),
    }
}
