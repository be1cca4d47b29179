//! Bringing related records along, and cutting records to the wanted fields.
//!
//! One name of `expand` costs one query for each five hundred records that it starts from, however
//! many they lead to.

mod hop;
mod related;

use std::sync::Arc;

use futures_util::future::BoxFuture;
use underpin_model::{Collection, DomainResult, Json, limits, request_info::RequestContext};
use underpin_query::Expand;

use self::{
    hop::Hop,
    related::{Budget, Related},
};
use super::{ViewAsk, reader::Reader};
use crate::{Backend, OpContext, schema::Snapshot};

/// Applies `expand` and `fields` to records that are about to leave.
///
/// # Errors
/// `Invalid` when `expand` would bring more records along than any answer should hold.
pub(crate) async fn finish(
    backend: &Backend,
    ctx: &OpContext,
    records: Vec<Json>,
    collection: &Arc<Collection>,
    view: &ViewAsk,
) -> DomainResult<Vec<Json>> {
    let reader = &mut Reader::Committed(&backend.database);
    finish_for(reader, backend, ctx, (records, collection), view).await
}

/// As [`finish`], of what a reader sees.
pub(super) async fn finish_for(
    reader: &mut Reader<'_>,
    backend: &Backend,
    ctx: &OpContext,
    (records, collection): (Vec<Json>, &Arc<Collection>),
    view: &ViewAsk,
) -> DomainResult<Vec<Json>> {
    let mut records = if view.expand.is_empty() {
        records
    } else {
        let snapshot = backend.schema.snapshot();
        let mut ctx = ctx.clone();
        ctx.request.context = RequestContext::Expand;
        let mut trip = Trip {
            reader,
            backend,
            ctx: &ctx,
            snapshot: &snapshot,
            budget: Budget::new(limits::MAX_EXPANDED),
        };
        let mut records: Vec<Related> = records.into_iter().map(Related::new).collect();
        follow(&mut trip, collection, &view.expand, &mut records).await?;
        records.into_iter().map(Related::into_json).collect()
    };
    if let Some(pick) = &view.pick {
        records.iter_mut().for_each(|record| pick.apply(record));
    }
    Ok(records)
}

/// What every hop of an expand needs.
struct Trip<'a, 'r> {
    reader: &'a mut Reader<'r>,
    backend: &'a Backend,
    ctx: &'a OpContext,
    snapshot: &'a Snapshot,
    budget: Budget,
}

/// Puts the related records that the caller may view under `expand`; each hop asks for its own
/// grant. Answers whether any of the names led somewhere.
///
/// A name leads nowhere when it is unknown or its collection closed, which looks alike; a path
/// with such a name brings nothing along at all. Where there are no records to start from, no name
/// is looked at.
fn follow<'a>(
    trip: &'a mut Trip<'_, '_>,
    collection: &'a Arc<Collection>,
    wanted: &'a Expand,
    records: &'a mut [Related],
) -> BoxFuture<'a, DomainResult<bool>> {
    Box::pin(async move {
        let mut found = records.is_empty();
        if found {
            return Ok(found);
        }
        for (name, deeper) in &wanted.branches {
            let Some(hop) = Hop::find(trip, collection, name) else { continue };
            let mut related = hop.fetch(trip, records).await?;
            let target = Arc::clone(hop.target());
            if !deeper.is_empty() && !follow(trip, &target, deeper, &mut related).await? {
                continue;
            }
            found = true;
            related::attach(records, name, &hop.link(), related, &mut trip.budget)?;
        }
        Ok(found)
    })
}
