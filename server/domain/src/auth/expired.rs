//! What is left of sign-ins that nobody finished.

use std::sync::Arc;

use underpin_model::{Collection, DomainResult, Json, auth_options::AuthOptions};
use underpin_query::Trust;

use crate::{
    Backend, OpContext,
    records::{self, Items, ListAsk},
};

/// Records that go in one step.
const STEP: &str = "200";

/// Removes one-time passwords that are too old to be used.
///
/// # Errors
/// Storage faults.
pub async fn forget_otps(backend: &Arc<Backend>) -> DomainResult<()> {
    forget(backend, "_otps", |auth| auth.otp.duration).await
}

/// Removes first factors for which the second one has not come in time.
///
/// # Errors
/// Storage faults.
pub async fn forget_mfas(backend: &Arc<Backend>) -> DomainResult<()> {
    forget(backend, "_mfas", |auth| auth.mfa.duration).await
}

async fn forget(
    backend: &Arc<Backend>,
    name: &str,
    seconds: fn(&AuthOptions) -> i64,
) -> DomainResult<()> {
    let ctx = OpContext::system(backend.clock.now());
    let snapshot = backend.schema.snapshot();
    let Some(of) = snapshot.find(name) else { return Ok(()) };
    for owner in snapshot.collections() {
        let Some(auth) = &owner.auth else { continue };
        let before = ctx.now.plus_seconds(-seconds(auth));
        let filter = format!("collectionRef = '{}' && created < '{before}'", owner.id);
        while remove_some(backend, &ctx, of, &filter).await? {
            tokio::task::yield_now().await;
        }
    }
    Ok(())
}

/// Removes some of those that a filter finds; false when there are no more.
async fn remove_some(
    backend: &Arc<Backend>,
    ctx: &OpContext,
    of: &Arc<Collection>,
    filter: &str,
) -> DomainResult<bool> {
    let ask = ListAsk::parse(Trust::Superuser, "", STEP, "", filter, "true")?;
    let page = records::list(backend, ctx, of, &ask).await?;
    let items: Vec<Json> = match page.items {
        Items::Parsed(items) => items,
        Items::Text(text) => serde_json::from_str(&text).unwrap_or_default(),
    };
    for item in &items {
        let id = item.get("id").and_then(Json::as_str).unwrap_or_default();
        match records::delete(backend, ctx, of, id).await {
            // Used up in the meantime.
            Ok(()) | Err(underpin_model::DomainError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(!items.is_empty())
}
