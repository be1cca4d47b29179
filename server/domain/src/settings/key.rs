//! The key that secrets of the settings are sealed under, and the mark by which the database
//! knows it: a server that was given another one must not start, or it would read nothing and
//! write over what it can't read.

use sea_query::SelectStatement;
use underpin_credentials::seal::{SealError, SealingKey};
use underpin_model::{DomainError, DomainResult, Json, Timestamp};
use underpin_storage::Database;

use super::{row, sealed};

/// The row of the mark.
pub(super) const MARK: &str = "settings_key";

/// Whether secrets of this database are sealed under a key.
///
/// # Errors
/// Storage faults.
pub async fn has_sealed_secrets(database: &Database) -> DomainResult<bool> {
    Ok(sealed::has_secrets(database.text(&row::select(row::SETTINGS)).await?.as_deref()))
}

/// Sees to it that a key is the one that the database knows; a database that knows none yet takes
/// it over. Where nothing is sealed, as in a project that came from another database, none will
/// do, and a server that has the database for itself may have another one.
///
/// # Errors
/// Another key, or none where one is needed.
pub(super) async fn check(
    database: &Database,
    key: Option<&SealingKey>,
    now: Timestamp,
) -> DomainResult<()> {
    let known = database.text(&select()).await?;
    if known == key.map(stored) {
        return Ok(());
    }
    let is_alone = database.versions().is_none();
    if let Some(key) = key
        && (known.is_none() || is_alone)
    {
        let mark = row::upsert(MARK, &stored(key), now);
        // Another node may be quicker; then its mark stands and is compared.
        database
            .write(move |tx| {
                Box::pin(async move {
                    let settings = tx.text(&row::select(row::SETTINGS)).await?;
                    let is_needed = sealed::has_secrets(settings.as_deref());
                    let known = tx.text(&select()).await?;
                    if known.is_none() || (is_alone && !is_needed) {
                        tx.execute(&mark).await?;
                    }
                    Ok::<_, DomainError>(())
                })
            })
            .await?;
    }
    let known = database.text(&select()).await?;
    let is_same = known == key.map(stored);
    if is_same || (key.is_none() && !has_sealed_secrets(database).await?) {
        return Ok(());
    }
    Err(DomainError::fault("checking the key of the settings", SealError::OtherKey))
}

/// Whether what is sealed in a database, if anything is, was sealed under a key.
///
/// # Errors
/// Storage faults.
pub(crate) async fn fits(database: &Database, key: Option<&SealingKey>) -> DomainResult<bool> {
    let known = database.text(&select()).await?;
    Ok(known == key.map(stored) || !has_sealed_secrets(database).await?)
}

/// A key's mark as it is stored: documents are all that the table holds.
fn stored(key: &SealingKey) -> String {
    Json::from(key.mark()).to_string()
}

fn select() -> SelectStatement {
    row::select(MARK)
}
