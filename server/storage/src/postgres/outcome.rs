//! What became of a commit whose answer was lost on the way.
//!
//! Each writer numbers its groups and writes the number along with the group. Whoever has the lock
//! of writers finds there whether the group was kept: its transaction has ended by then.

use std::time::{Duration, Instant};

use sqlx::{Executor, PgConnection};

use super::{
    complaint, decode,
    open::{PostgresOptions, Purpose},
};
use crate::{StorageError, StorageResult, error::Cause, statement::script};

/// Pause between two questions.
const PAUSE: Duration = Duration::from_millis(100);
/// Length of a writer's name: too many to be met twice.
const NAME_LENGTH: usize = 15;

/// A writer's name, and the number of its last group.
pub(super) struct GroupNames {
    writer: String,
    number: i64,
}

impl GroupNames {
    pub(super) fn new() -> Self {
        Self { writer: underpin_model::id::random_lowercase(NAME_LENGTH), number: 0 }
    }

    /// The statement that a group writes its number with.
    pub(super) fn next(&mut self) -> String {
        self.number += 1;
        let (writer, number) = (&self.writer, self.number);
        // Those of writers that are long gone have nothing to tell any more.
        let tidy = match number {
            1 => "DELETE FROM _writers WHERE seen < now() - interval '1 day'; ",
            _ => "",
        };
        format!(
            "{tidy}INSERT INTO _writers (id, number) VALUES ('{writer}', {number}) \
             ON CONFLICT (id) DO UPDATE SET number = excluded.number, seen = now()"
        )
    }
}

/// Asks on a new connection whether the last group was kept, for as long as a caller may wait; the
/// error that is given here is the one by which the old connection was lost.
///
/// # Errors
/// [`StorageError::Unknown`] when that can't be found out.
pub(super) async fn find(
    options: &PostgresOptions,
    names: &GroupNames,
    lost: StorageError,
) -> StorageResult<(PgConnection, StorageResult<()>)> {
    let until = Instant::now() + options.busy_limit;
    while Instant::now() < until {
        if let Ok(mut connection) = options.connect(Purpose::Write).await
            && let Ok(number) = last_number(&mut connection, options.lock(), &names.writer).await
        {
            let kept = if number == names.number { Ok(()) } else { Err(lost) };
            return Ok((connection, kept));
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(StorageError::Unknown(cause(lost)))
}

async fn last_number(connection: &mut PgConnection, lock: i64, writer: &str) -> StorageResult<i64> {
    let ask = format!(
        "BEGIN; SELECT pg_advisory_xact_lock({lock}); \
         SELECT coalesce((SELECT number FROM _writers WHERE id = '{writer}'), 0); COMMIT"
    );
    let rows = connection.fetch_all(script(ask)).await;
    let rows = rows.map_err(|error| complaint::from_sqlx("asking for an outcome", error))?;
    rows.last().map_or(Ok(0), |row| decode::whole(row, 0))
}

fn cause(lost: StorageError) -> Cause {
    match lost {
        StorageError::Unreachable(cause) => cause,
        other => std::sync::Arc::new(other),
    }
}
