//! A look at what a view's query would yield.

use std::sync::Arc;

use serde_json::json;
use underpin_model::{
    Collection, CollectionKind, DomainError, DomainResult, ErrorCode, ErrorTree, FieldError, Json,
    JsonMap, id, record::Audience,
};
use underpin_query::{Condition, Projection, Scope, Trust, Window};
use underpin_storage::{NewView, Row, ViewQuery, ViewShape};

use super::{
    super::{draft::blank, field_checks, next::Next, wire::fields_json},
    columns, reads,
    sample::{SAMPLE_ROWS, reason},
    settle::{MISSING_ID, definition},
};
use crate::{Backend, OpContext};

/// Longest query that is tried, in characters.
const MAX_QUERY: usize = 5_000;

/// The fields and the first records of a query, as a view would show them to a superuser. Nothing
/// is left behind. For superusers; the caller has checked that.
///
/// # Errors
/// `Invalid` when the query can't be a view's; the sentence says why.
pub async fn dry_run(backend: &Backend, ctx: &OpContext, body: &JsonMap) -> DomainResult<Json> {
    let text = query(body)?;
    let next = Next::of(backend.schema.snapshot());
    let query = ViewQuery::parse(text).map_err(|error| refuse(&error.to_string()))?;
    let shape = match backend.database.describe_query(text).await {
        Ok(shape) => shape,
        Err(error) => return Err(refuse(&reason(error)?)),
    };
    reads::check(&next, &shape).map_err(|reason| refuse(&reason))?;
    if !shape.columns.iter().any(|column| column.name == "id") {
        return Err(refuse(MISSING_ID));
    }
    let view = Arc::new(Collection {
        fields: columns::fields(&next, None, &query, &shape),
        ..unnamed(text)
    });
    check_names(&next, &view)?;
    let sample = sample(backend, ctx, &next, &view, &shape).await?;
    Ok(json!({ "fields": fields_json(&view), "sample": sample }))
}

fn query(body: &JsonMap) -> DomainResult<&str> {
    let invalid = |error: FieldError| {
        DomainError::invalid("The query can't be tried.", ErrorTree::one("query", error))
    };
    match body.get("query") {
        None | Some(Json::Null) => Err(invalid(ErrorCode::Required.into())),
        Some(Json::String(text)) if text.is_empty() => Err(invalid(ErrorCode::Required.into())),
        Some(Json::String(text)) if text.chars().count() > MAX_QUERY => {
            Err(invalid(FieldError::too_long(MAX_QUERY)))
        }
        Some(Json::String(text)) => Ok(text),
        Some(_) => Err(DomainError::bad_request("The query must be a text.")),
    }
}

/// A view of a query under a name that no other has.
fn unnamed(query: &str) -> Collection {
    let name = format!("temp_view_{}", id::random_lowercase(5));
    Collection {
        id: id::collection_id(CollectionKind::View.name(), &name),
        name,
        view_query: Some(query.to_owned()),
        ..blank(CollectionKind::View)
    }
}

fn check_names(next: &Next, view: &Collection) -> DomainResult<()> {
    let errors = field_checks::check(next, None, view);
    let Some((place, _)) = errors.0.iter().next() else { return Ok(()) };
    let field = place.parse().ok().and_then(|place: usize| view.fields.get(place));
    let name = field.map_or("", |field| field.name.as_str());
    Err(refuse(&format!("the column \"{}\" can't be a field", name.escape_debug())))
}

async fn sample(
    backend: &Backend,
    ctx: &OpContext,
    next: &Next,
    view: &Arc<Collection>,
    shape: &ViewShape,
) -> DomainResult<Vec<Json>> {
    let scope = Scope {
        schema: next,
        collection: view,
        request: &ctx.request,
        now: ctx.now,
        flavour: backend.database.flavour(),
        trust: Trust::Superuser,
    };
    let window = Window::of_page(1, SAMPLE_ROWS);
    let projection = Projection::Public { audience: Audience::Everyone };
    let page = underpin_query::page(&scope, &Condition::Always, None, &[], window, projection)
        .map_err(|error| DomainError::fault("planning a look at a query", error))?;
    let tried: NewView = definition(next, view, shape);
    let rows = match backend.database.rows_over_view(&tried, &page).await {
        Ok(rows) => rows,
        Err(error) => return Err(refuse(&reason(error)?)),
    };
    let records = records(&rows)?;
    check_ids(&records)?;
    Ok(records)
}

fn records(rows: &[Row]) -> DomainResult<Vec<Json>> {
    let text = rows.first().and_then(|row| row.cells().first());
    let Some(underpin_storage::Cell::Text(text)) = text else { return Ok(Vec::new()) };
    serde_json::from_str(text).map_err(|error| DomainError::fault("reading a sample", error))
}

fn check_ids(records: &[Json]) -> DomainResult<()> {
    let ids: Vec<&str> =
        records.iter().filter_map(|record| record.get("id")).filter_map(Json::as_str).collect();
    if ids.iter().any(|id| id.is_empty()) {
        return Err(refuse("it yields records without an id"));
    }
    let distinct: std::collections::HashSet<&str> = ids.iter().copied().collect();
    if distinct.len() < ids.len() {
        return Err(refuse("it yields records with the same id"));
    }
    Ok(())
}

fn refuse(reason: &str) -> DomainError {
    DomainError::bad_request(format!("The view's query can't be used: {reason}."))
}
