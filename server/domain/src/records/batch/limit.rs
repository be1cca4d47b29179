//! Requests of a batch count as those that come alone: a batch is no way around limits.

use underpin_model::{DomainResult, JsonMap};

use super::{prepare::sent_id, request::BatchAction};
use crate::{
    limits::{Action, Asked},
    records::{read, work::Work},
};

/// Counts a request.
///
/// # Errors
/// `TooMany` for one too many.
pub(super) async fn count(
    work: &Work,
    action: &BatchAction,
    (method, path): &(String, String),
    body: &JsonMap,
) -> DomainResult<()> {
    let settings = work.backend.settings.current();
    if !settings.rate_limits.enabled {
        return Ok(());
    }
    let mut counted = None;
    if let Some((name, mut names)) = action.counted_as()
        && let Some(collection) = work.snapshot.find(name)
    {
        if matches!(action, BatchAction::Upsert { .. }) {
            let id = sent_id(collection, body);
            let is_there = !id.is_empty() && read(&work.backend, collection, &id).await?.is_some();
            names = if is_there { &["update"] } else { names };
        }
        counted = Some(Action { collection: collection.name.clone(), names });
    }
    work.backend.limiter.count(&settings, &work.ctx, &Asked { method, path, action: counted })
}
