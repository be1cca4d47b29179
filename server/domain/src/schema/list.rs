//! Listing collections, with the same filter language as records.

use std::{cmp::Ordering, sync::Arc};

use serde_json::json;
use underpin_model::{
    Collection, CollectionKind, DomainError, DomainResult, Field, FieldOptions, Json, JsonMap,
    Record,
    field::{BoolOptions, TextOptions},
};
use underpin_query::{Condition, Scope, Sort, Trust, Verdict};

use super::{draft::blank, registry::Snapshot, system_fields, wire::to_json};
use crate::{
    Backend, OpContext,
    records::{Items, ListAsk, Page},
};

/// A page of collections, oldest first unless a sort is asked for. For superusers; the caller has
/// checked that.
///
/// # Errors
/// `Invalid` when filter or sort name something unknown.
pub fn list(backend: &Backend, ctx: &OpContext, ask: &ListAsk) -> DomainResult<Page> {
    let snapshot = backend.schema.snapshot();
    let shape = Arc::new(shape());
    let mut found = Vec::new();
    for collection in snapshot.collections() {
        let row = row(&shape, collection);
        if passes(backend, ctx, &snapshot, &row, ask)? {
            found.push((row, collection));
        }
    }
    if let Some(sort) = &ask.sort {
        check_sort(&shape, sort)?;
        found.sort_by(|(a, _), (b, _)| compare(sort, a, b));
    }
    let total_items = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let per_page = usize::try_from(ask.per_page).unwrap_or(usize::MAX);
    let skipped = usize::try_from(ask.page.saturating_sub(1)).unwrap_or(usize::MAX);
    let page = found.iter().skip(skipped.saturating_mul(per_page)).take(per_page);
    let mut items: Vec<Json> = page.map(|(_, c)| Json::Object(to_json(c))).collect();
    if let Some(pick) = &ask.view.pick {
        items.iter_mut().for_each(|item| pick.apply(item));
    }
    let total_items = if ask.skip_total { -1 } else { total_items };
    Ok(Page { items: Items::Parsed(items), page: ask.page, per_page: ask.per_page, total_items })
}

/// Empty definitions of each kind, for editors to start from.
pub fn scaffolds() -> Json {
    let mut map = JsonMap::new();
    for kind in [CollectionKind::Base, CollectionKind::Auth, CollectionKind::View] {
        let mut collection = blank(kind);
        system_fields::ensure(&mut collection);
        system_fields::ensure_indexes(&mut collection);
        map.insert(kind.name().to_owned(), Json::Object(to_json(&collection)));
    }
    Json::Object(map)
}

/// A collection whose records are collections: what filter and sort may name.
fn shape() -> Collection {
    let mut shape = blank(CollectionKind::Base);
    "_collections".clone_into(&mut shape.name);
    for name in ["id", "name", "type", "created", "updated"] {
        shape.fields.push(Field::new(name, FieldOptions::Text(TextOptions::default())));
    }
    shape.fields.push(Field::new("system", FieldOptions::Bool(BoolOptions::default())));
    shape
}

fn row(shape: &Arc<Collection>, collection: &Collection) -> Record {
    let mut map = JsonMap::new();
    for (name, value) in [
        ("id", json!(collection.id)),
        ("name", json!(collection.name)),
        ("type", json!(collection.kind.name())),
        ("created", json!(collection.created)),
        ("updated", json!(collection.updated)),
        ("system", json!(collection.system)),
    ] {
        map.insert(name.to_owned(), value);
    }
    Record::from_stored(shape, &map)
}

fn passes(
    backend: &Backend,
    ctx: &OpContext,
    snapshot: &Snapshot,
    row: &Record,
    ask: &ListAsk,
) -> DomainResult<bool> {
    let Some(filter) = &ask.filter else { return Ok(true) };
    let scope = Scope {
        schema: snapshot,
        collection: row.collection(),
        request: &ctx.request,
        now: ctx.now,
        flavour: backend.database.flavour(),
        trust: Trust::Superuser,
    };
    let condition = Condition::only(Arc::new(filter.clone()));
    match underpin_query::matches(&scope, &condition, row) {
        Verdict::Yes => Ok(true),
        Verdict::No => Ok(false),
        Verdict::NeedsDatabase => {
            Err(DomainError::bad_request("Collections can't be filtered by this."))
        }
    }
}

fn check_sort(shape: &Collection, sort: &Sort) -> DomainResult<()> {
    let unknown = |name: &str| name != "@random" && name != "@rowid" && shape.field(name).is_none();
    match sort.keys().iter().find(|key| unknown(&key.name)) {
        Some(key) => Err(DomainError::bad_request(format!("Unknown sort field \"{}\".", key.name))),
        None => Ok(()),
    }
}

fn compare(sort: &Sort, a: &Record, b: &Record) -> Ordering {
    for key in sort.keys() {
        let text = |record: &Record| record.get(&key.name).map(|value| value.to_json().to_string());
        let order = text(a).cmp(&text(b));
        let order = if key.descending { order.reverse() } else { order };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}
