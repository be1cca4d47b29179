//! The key that secrets of the settings are sealed under, and the mark by which the database
//! knows it: a server that was given another one must not start, or it would read nothing and
//! write over what it can't read.

use sea_query::{InsertStatement, SelectStatement};
use underpin_credentials::seal::{SealError, SealingKey};
use underpin_model::{DomainError, DomainResult, Timestamp};
use underpin_storage::Database;

use super::row;

/// The row of the mark.
pub(super) const MARK: &str = "settings_key";

/// Whether secrets of this database are sealed under a key already.
///
/// # Errors
/// Storage faults.
pub async fn has_settings_key(database: &Database) -> DomainResult<bool> {
    Ok(database.text(&select()).await?.is_some())
}

/// Sees to it that a key is the one that the database knows; a database that knows none yet takes
/// it over.
///
/// # Errors
/// Another key, or none where one is known.
pub(super) async fn check(
    database: &Database,
    key: Option<&SealingKey>,
    now: Timestamp,
) -> DomainResult<()> {
    if let (None, Some(key)) = (database.text(&select()).await?, key) {
        let insert = insert(key.mark(), now);
        // Another node may be quicker; then its mark stands and is compared.
        database
            .write(move |tx| {
                Box::pin(async move {
                    if tx.text(&select()).await?.is_none() {
                        tx.execute(&insert).await?;
                    }
                    Ok::<_, DomainError>(())
                })
            })
            .await?;
    }
    let known = database.text(&select()).await?;
    if known.as_deref() == key.map(SealingKey::mark) {
        return Ok(());
    }
    Err(DomainError::fault("checking the key of the settings", SealError::OtherKey))
}

fn select() -> SelectStatement {
    row::select(MARK)
}

fn insert(mark: &str, now: Timestamp) -> InsertStatement {
    row::insert(MARK, mark, now)
}
