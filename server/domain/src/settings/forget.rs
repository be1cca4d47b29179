//! The way on when the key of the secrets is lost.

use sea_query::{Alias, DeleteStatement, Expr, ExprTrait, Query};
use underpin_model::{DomainError, DomainResult, Json, Timestamp};
use underpin_storage::{Database, Versioned};

use super::{groups::SECRETS, key, row};

/// Takes the secrets out of the stored settings, and the mark of their key: the next server that
/// starts may have another key. Everything else stays.
///
/// # Errors
/// Storage faults, and a stored text that is no settings.
pub async fn forget_secrets(database: &Database, now: Timestamp) -> DomainResult<()> {
    database
        .write(move |tx| {
            Box::pin(async move {
                if let Some(text) = tx.text(&row::select(row::SETTINGS)).await? {
                    tx.execute(&row::upsert(row::SETTINGS, &without_secrets(&text)?, now)).await?;
                }
                tx.execute(&delete_mark()).await?;
                tx.raise_version(Versioned::Settings).await?;
                Ok::<_, DomainError>(())
            })
        })
        .await
}

fn without_secrets(text: &str) -> DomainResult<String> {
    let mut json: Json = serde_json::from_str(text)
        .map_err(|error| DomainError::fault("reading the stored settings", error))?;
    for (group, name) in SECRETS {
        if let Some(Json::Object(group)) = json.pointer_mut(group) {
            group.remove(name);
        }
    }
    Ok(json.to_string())
}

fn delete_mark() -> DeleteStatement {
    Query::delete()
        .from_table(Alias::new(row::TABLE))
        .and_where(Expr::col(Alias::new("id")).eq(key::MARK))
        .to_owned()
}
