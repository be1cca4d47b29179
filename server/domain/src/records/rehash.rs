//! Another hash of the same password.

use std::sync::Arc;

use underpin_model::{DomainError, DomainResult, Record, Value};
use underpin_query::Projection;

use super::{auth_fields::PASSWORD, changes, plans, rows, update::parse};
use crate::{Backend, OpContext};

/// Puts another hash in place of the one that a record was read with, and tells whether it did:
/// not when the record, or its password, is another one by now. Sessions stay.
///
/// # Errors
/// Storage faults.
pub(crate) async fn rehash(
    backend: &Arc<Backend>,
    record: &Record,
    hash: String,
) -> DomainResult<bool> {
    let snapshot = backend.schema.snapshot();
    let (backend, collection) = (Arc::clone(backend), Arc::clone(record.collection()));
    let (id, seen) = (record.id().to_owned(), record.text(PASSWORD).to_owned());
    let database = backend.database.clone();
    let unit = database.write(move |tx| {
        Box::pin(async move {
            backend.schema.check(tx, snapshot.version).await?;
            let select = plans::by_id(&backend, &snapshot, &collection, &id, Projection::Stored)?;
            let Some(text) = tx.text(&select).await? else { return Ok(false) };
            let before = parse(&collection, &text)?;
            if before.text(PASSWORD) != seen {
                return Ok(false);
            }
            let mut after = before.clone();
            after.set(PASSWORD, Value::Text(hash));
            if let Some(statement) = rows::update(backend.database.flavour(), &before, &after) {
                tx.execute(&statement).await?;
                let ctx = OpContext::system(backend.clock.now());
                changes::updated(tx, &ctx, &before, &after).await?;
            }
            Ok::<_, DomainError>(true)
        })
    });
    unit.await
}
