//! Listing collections, with the same filter language as records.

use std::{cmp::Ordering, sync::Arc};

use serde_json::json;
use underpin_model::{
    Collection, CollectionKind, DomainError, DomainResult, Field, FieldOptions, Json, JsonMap,
    Record,
    field::{BoolOptions, TextOptions},
};
use underpin_query::{Condition, Scope, SortBy, SortKey, Trust, Verdict};

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
    check_sort(&shape, &ask.sort)?;
    found.sort_by(|(a, _), (b, _)| compare(&ask.sort, a, b));
    let total_items = i64::try_from(found.len()).unwrap_or(i64::MAX);
    let per_page = usize::try_from(ask.per_page).unwrap_or(usize::MAX);
    let skipped = usize::try_from(ask.page.saturating_sub(1)).unwrap_or(usize::MAX);
    let page = found.iter().skip(skipped.saturating_mul(per_page)).take(per_page);
    let mut items: Vec<Json> = page.map(|(_, c)| Json::Object(to_json(c))).collect();
    if let Some(pick) = &ask.view.pick {
        items.iter_mut().for_each(|item| pick.apply(item));
    }
    let total_items = if ask.skip_total { -1 } else { total_items };
    Ok(Page {
        items: Items::Parsed(items),
        page: ask.page,
        per_page: ask.per_page,
        total_items,
        next_cursor: None,
    })
}

/// Empty definitions of each kind, for editors to start from.
pub fn scaffolds() -> Json {
    let mut map = JsonMap::new();
    for kind in [CollectionKind::Base, CollectionKind::Auth, CollectionKind::View] {
        let mut collection = blank(kind);
        system_fields::ensure(&mut collection);
        system_fields::scaffold_indexes(&mut collection);
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
    match underpin_query::matches(&scope, &Condition::Always, Some(filter), row) {
        Ok(Verdict::Yes) => Ok(true),
        Ok(Verdict::No) => Ok(false),
        Err(error) => Err(DomainError::bad_request(error.to_string())),
        Ok(Verdict::NeedsDatabase) => {
            Err(DomainError::bad_request("Collections can't be filtered by this."))
        }
    }
}

fn check_sort(shape: &Collection, sort: &[SortKey]) -> DomainResult<()> {
    for key in sort {
        let SortBy::Name(name) = &key.by else { continue };
        if shape.field(&name.to_string()).is_none() {
            return Err(DomainError::bad_request(format!("Unknown sort field \"{name}\".")));
        }
    }
    Ok(())
}

fn compare(sort: &[SortKey], a: &Record, b: &Record) -> Ordering {
    for key in sort {
        let SortBy::Name(name) = &key.by else { continue };
        let name = name.to_string();
        let text = |record: &Record| record.get(&name).map(|value| value.to_json().to_string());
        let order = text(a).cmp(&text(b));
        let order = if key.descending { order.reverse() } else { order };
        if order != Ordering::Equal {
            return order;
        }
    }
    Ordering::Equal
}
