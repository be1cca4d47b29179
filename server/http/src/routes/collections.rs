//! Collections: list, view, create, update, delete. For superusers.

use actix_web::{HttpRequest, HttpResponse, web};
use underpin_domain::{Backend, records::ViewAsk, schema};
use underpin_model::{Collection, Json};

use super::{
    collection,
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
pub(crate) async fn scaffolds(caller: Caller) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    Ok(HttpResponse::Ok().json(schema::scaffolds()))
}

/// A collection with the fields that were asked for.
fn shown(collection: &Collection, view: &ViewAsk) -> HttpResponse {
    let mut shown = Json::Object(schema::to_json(collection));
    if let Some(pick) = &view.pick {
        pick.apply(&mut shown);
    }
    HttpResponse::Ok().json(shown)
}
