//! Records: list, view, create, update, delete.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, http::header::ContentType, web};
use underpin_domain::{
    Backend,
    records::{self, CursorAsk, ListAsk, ViewAsk},
};
use underpin_model::DomainResult;

use super::collection;
use crate::{
    error::ApiResult,
    extract::{Caller, Parameters, json_body, submission},
    wire::page,
};

/// `GET /api/collections/{collection}/records`
pub(crate) async fn list(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let collection = collection(&backend, &path)?;
    records::may_list(&backend, &caller.ctx, &collection)?;
    let ask = list_ask(&Parameters::of(&request), &caller)?;
    let found = records::list(&backend, &caller.ctx, &collection, &ask).await?;
    Ok(json_text(page::text(&found)))
}

/// `GET /api/collections/{collection}/records/{id}`
pub(crate) async fn view(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<(String, String)>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let (name, id) = path.into_inner();
    let collection = collection(&backend, &name)?;
    records::may_view(&backend, &caller.ctx, &collection)?;
    let ask = view_ask(&Parameters::of(&request))?;
    Ok(json_text(records::view(&backend, &caller.ctx, &collection, &id, &ask).await?))
}

/// `POST /api/collections/{collection}/records`
pub(crate) async fn create(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let collection = collection(&backend, &path)?;
    records::may_create(&backend, &caller.ctx, &collection)?;
    let ask = view_ask(&Parameters::of(&request))?;
    let sent = submission(&request, payload, &backend, &collection).await?;
    let backend = backend.into_inner();
    let record = records::create(&backend, &caller.ctx, &collection, sent, &ask).await?;
    Ok(HttpResponse::Ok().json(record))
}

/// `PATCH /api/collections/{collection}/records/{id}`
pub(crate) async fn update(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<(String, String)>,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let (name, id) = path.into_inner();
    let collection = collection(&backend, &name)?;
    records::may_update(&backend, &caller.ctx, &collection)?;
    let ask = view_ask(&Parameters::of(&request))?;
    let sent = submission(&request, payload, &backend, &collection).await?;
    let backend = backend.into_inner();
    let record = records::update(&backend, &caller.ctx, &collection, &id, sent, &ask).await?;
    Ok(HttpResponse::Ok().json(record))
}

/// `DELETE /api/collections/{collection}/records/{id}`
pub(crate) async fn delete(
    backend: web::Data<Backend>,
    mut caller: Caller,
    path: web::Path<(String, String)>,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let (name, id) = path.into_inner();
    let collection = collection(&backend, &name)?;
    records::may_delete(&backend, &caller.ctx, &collection)?;
    // Nothing of it is written, but rules may look at it.
    caller.ctx.request.body = Arc::new(json_body(&request, payload).await?);
    records::delete(&backend.into_inner(), &caller.ctx, &collection, &id).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The parameters that shape records.
pub(crate) fn view_ask(parameters: &Parameters) -> DomainResult<ViewAsk> {
    ViewAsk::parse(parameters.get("expand"), parameters.get("fields"))
}

/// An answer whose JSON is text already.
pub(crate) fn json_text(text: String) -> HttpResponse {
    HttpResponse::Ok().insert_header(ContentType::json()).body(text)
}

/// The parameters of a list.
pub(super) fn list_ask(parameters: &Parameters, caller: &Caller) -> DomainResult<ListAsk> {
    let ask = ListAsk::parse(
        records::trust_of(caller.ctx.who()),
        parameters.get("page"),
        parameters.get("perPage"),
        parameters.get("sort"),
        parameters.get("filter"),
        parameters.get("skipTotal"),
    )?;
    let cursor = parameters
        .find("cursor")
        .map(|text| CursorAsk { text: text.to_owned(), sort: parameters.get("sort").to_owned() });
    Ok(ListAsk { view: view_ask(parameters)?, cursor, ..ask })
}
