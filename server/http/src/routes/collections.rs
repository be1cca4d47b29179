//! Collections: list, view, create, update, delete, import, truncate. For superusers.

use actix_web::{HttpRequest, HttpResponse, web};
use underpin_domain::{
    Backend,
    records::{self, ViewAsk},
    schema,
};
use underpin_model::{Collection, Json};

use super::{
    collection, picked,
    records::{json_text, list_ask, view_ask},
};
use crate::{
    error::ApiResult,
    extract::{Caller, Parameters, json_body},
    wire::page,
};

/// `GET /api/collections`
pub(crate) async fn list(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let ask = list_ask(&Parameters::of(&request), &caller)?;
    Ok(json_text(page::text(&schema::list(&backend, &caller.ctx, &ask)?)))
}

/// `GET /api/collections/{collection}`
pub(crate) async fn view(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let view = view_ask(&Parameters::of(&request))?;
    let collection = collection(&backend, &path)?;
    Ok(shown(&collection, &view))
}

/// `POST /api/collections`
pub(crate) async fn create(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let view = view_ask(&Parameters::of(&request))?;
    let body = json_body(&request, payload).await?;
    let made = schema::create(&backend, &caller.ctx, &body).await?;
    Ok(shown(&made, &view))
}

/// `PATCH /api/collections/{collection}`
pub(crate) async fn update(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let view = view_ask(&Parameters::of(&request))?;
    let body = json_body(&request, payload).await?;
    let changed = schema::update(&backend, &caller.ctx, &path, &body).await?;
    Ok(shown(&changed, &view))
}

/// `DELETE /api/collections/{collection}`
pub(crate) async fn delete(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<String>,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    schema::delete(&backend, &path).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /api/collections/meta/scaffolds`
pub(crate) async fn scaffolds(caller: Caller, request: HttpRequest) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let view = view_ask(&Parameters::of(&request))?;
    Ok(picked(schema::scaffolds(), &view))
}

/// `POST /api/collections/meta/dry-run-view`
pub(crate) async fn dry_run_view(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let view = view_ask(&Parameters::of(&request))?;
    let body = json_body(&request, payload).await?;
    let found = schema::dry_run_view(&backend, &caller.ctx, &body).await?;
    Ok(picked(found, &view))
}

/// `GET /api/collections/meta/oauth2-providers`
pub(crate) async fn oauth2_providers(
    caller: Caller,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let view = view_ask(&Parameters::of(&request))?;
    Ok(picked(schema::oauth2_providers(), &view))
}

/// `PUT /api/collections/import`
pub(crate) async fn import(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let body = json_body(&request, payload).await?;
    schema::import(&backend, &caller.ctx, &body).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `DELETE /api/collections/{collection}/truncate`
pub(crate) async fn truncate(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<String>,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    records::truncate(&backend.into_inner(), &caller.ctx, &path).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// A collection with the fields that were asked for.
fn shown(collection: &Collection, view: &ViewAsk) -> HttpResponse {
    picked(Json::Object(schema::to_json(collection)), view)
}
