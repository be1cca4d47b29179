//! Viewing one record.

use std::sync::Arc;

use underpin_access::{Grant, View};
use underpin_model::{Collection, DomainError, DomainResult, Json};
use underpin_query::{Condition, SchemaLookup};

use super::{ViewAsk, expand::finish, plans, rule, shape};
use crate::{Backend, OpContext};

/// A record as the caller sees it, as JSON text.
///
/// # Errors
/// `Forbidden` when the collection is closed, `NotFound` when the record is missing or the rule
/// refuses it.
pub async fn view(
    backend: &Backend,
    ctx: &OpContext,
    collection: &Arc<Collection>,
    id: &str,
    view: &ViewAsk,
) -> DomainResult<String> {
    let snapshot = backend.schema.snapshot();
    let grant = underpin_access::authorize::<View>(&snapshot.policies, ctx.who(), collection)?;
    let text = find(backend, ctx, &snapshot, &grant, id).await?.ok_or(DomainError::NotFound)?;
    if view.is_plain() {
        return Ok(text);
    }
    let record: Json = serde_json::from_str(&text)
        .map_err(|error| DomainError::fault("reading a record", error))?;
    let mut records = finish(backend, ctx, vec![record], collection, view).await?;
    Ok(records.pop().unwrap_or_default().to_string())
}

/// A read by primary key stays on this thread; a condition that may scan goes to the pool.
async fn find(
    backend: &Backend,
    ctx: &OpContext,
    snapshot: &crate::schema::Snapshot,
    grant: &Grant<View>,
    id: &str,
) -> DomainResult<Option<String>> {
    let collection = grant.collection();
    let projection = shape::projection(ctx.who());
    // A view's query may take any time, so it is never run on this thread.
    if grant.is_unconditional() && !collection.is_auth() && !collection.is_view() {
        return plans::read_by_id(backend, snapshot, collection, id, projection).await;
    }
    let scope = rule::rule_scope(backend, (&ctx.request, ctx.now), snapshot, collection);
    let manage = snapshot.manage_condition(ctx.who(), collection);
    let may_scan = collection.is_view()
        || !grant.is_unconditional()
        || matches!(manage, Condition::When { .. });
    match underpin_query::one(&scope, grant.condition(), None, id, projection) {
        Ok(select) if may_scan => Ok(backend.database.text(&select).await?),
        Ok(select) => Ok(backend.database.text_now(&select).await?),
        Err(error) => {
            tracing::warn!(collection.name = %collection.name, %error, "a stored rule can't be resolved and lets nobody pass");
            Ok(None)
        }
    }
}
