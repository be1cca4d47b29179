//! Bringing related records along, and cutting records to the wanted fields.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use futures_util::future::BoxFuture;
use underpin_access::View;
use underpin_model::{Collection, DomainError, DomainResult, Field, Json, JsonMap};
use underpin_query::Expand;

use super::{ViewAsk, reader::Reader, rule, shape};
use crate::{Backend, OpContext, schema::Snapshot};

/// Applies `expand` and `fields` to records that are about to leave.
pub(crate) async fn finish(
    backend: &Backend,
    ctx: &OpContext,
    mut records: Vec<Json>,
    collection: &Arc<Collection>,
    view: &ViewAsk,
) -> DomainResult<Vec<Json>> {
    let reader = &mut Reader::Committed(&backend.database);
    finish_for(reader, backend, ctx, (&mut records, collection), view).await?;
    Ok(records)
}

/// As [`finish`], of what a reader sees.
pub(super) async fn finish_for(
    reader: &mut Reader<'_>,
    backend: &Backend,
    ctx: &OpContext,
    (records, collection): (&mut [Json], &Arc<Collection>),
    view: &ViewAsk,
) -> DomainResult<()> {
    if !view.expand.is_empty() {
        let snapshot = backend.schema.snapshot();
        let trip = Trip { backend, ctx, snapshot: &snapshot };
        expand(&trip, reader, collection, &view.expand, records).await?;
    }
    if let Some(pick) = &view.pick {
        records.iter_mut().for_each(|record| pick.apply(record));
    }
    Ok(())
}

/// What every hop of an expand needs.
pub(crate) struct Trip<'a> {
    backend: &'a Backend,
    ctx: &'a OpContext,
    snapshot: &'a Snapshot,
}

/// Puts the related records that the caller may view under `expand`; each hop asks for its own
/// grant. Unknown names are ignored, refused records are left out.
pub(crate) fn expand<'a>(
    trip: &'a Trip<'a>,
    reader: &'a mut Reader<'_>,
    collection: &'a Arc<Collection>,
    wanted: &'a Expand,
    records: &'a mut [Json],
) -> BoxFuture<'a, DomainResult<()>> {
    Box::pin(async move {
        for (name, deeper) in &wanted.branches {
            let Some(field) = collection.field(name) else { continue };
            let Some(relation) = field.relation_options() else { continue };
            let hidden = field.hidden && !trip.ctx.who().is_superuser();
            let Some(target) = trip.snapshot.find(&relation.collection_id) else { continue };
            if hidden {
                continue;
            }
            let ids = related_ids(records, name);
            let mut related = fetch(trip, reader, target, &ids).await?;
            if !deeper.is_empty() {
                expand(trip, reader, target, deeper, &mut related).await?;
            }
            let by_id = related
                .into_iter()
                .filter_map(|record| Some((record.get("id")?.as_str()?.to_owned(), record)))
                .collect();
            attach(records, field, &by_id);
        }
        Ok(())
    })
}

fn related_ids(records: &[Json], field: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    for value in records.iter().filter_map(|record| record.get(field)) {
        let texts = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
        ids.extend(
            texts.iter().filter_map(Json::as_str).filter(|id| !id.is_empty()).map(str::to_owned),
        );
    }
    ids
}

async fn fetch(
    trip: &Trip<'_>,
    reader: &mut Reader<'_>,
    target: &Arc<Collection>,
    ids: &BTreeSet<String>,
) -> DomainResult<Vec<Json>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let Ok(grant) =
        underpin_access::authorize::<View>(&trip.snapshot.policies, trip.ctx.who(), target)
    else {
        return Ok(Vec::new());
    };
    let asked = (&trip.ctx.request, trip.ctx.now);
    let scope = rule::rule_scope(trip.backend, asked, trip.snapshot, target);
    let ids: Vec<String> = ids.iter().cloned().collect();
    let Some(id) = target.field("id") else { return Ok(Vec::new()) };
    let projection = shape::projection(trip.ctx.who());
    let mut records = Vec::new();
    for some in ids.chunks(MAX_IDS_A_QUERY) {
        let limit = u64::try_from(some.len()).unwrap_or(u64::MAX);
        let condition = grant.condition();
        let planned =
            underpin_query::by_column(&scope, condition, id, some, &[], limit, projection);
        let Ok(select) = planned else { return Ok(Vec::new()) };
        let text = reader.text(&select).await?;
        let mut found: Vec<Json> = serde_json::from_str(text.as_deref().unwrap_or("[]"))
            .map_err(|error| DomainError::fault("reading related records", error))?;
        records.append(&mut found);
    }
    Ok(records)
}

/// Databases bound the number of placeholders in a statement; this stays well below all of them.
const MAX_IDS_A_QUERY: usize = 500;

fn attach(records: &mut [Json], field: &Field, by_id: &BTreeMap<String, Json>) {
    for record in records.iter_mut().filter_map(Json::as_object_mut) {
        let Some(value) = record.get(&field.name).cloned() else { continue };
        let found = |id: &Json| id.as_str().and_then(|id| by_id.get(id)).cloned();
        let related = match &value {
            Json::Array(ids) => {
                let all: Vec<Json> = ids.iter().filter_map(found).collect();
                (!all.is_empty()).then_some(Json::Array(all))
            }
            id => found(id),
        };
        let slot = record.entry("expand").or_insert_with(|| Json::Object(JsonMap::new()));
        if let (Json::Object(map), Some(related)) = (slot, related) {
            map.insert(field.name.clone(), related);
        }
    }
}
