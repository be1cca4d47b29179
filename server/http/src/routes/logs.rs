//! The log: list, view, counts by hour, removal. For superusers.

use actix_web::{HttpRequest, HttpResponse, web};
use underpin_domain::{
    Backend, logs,
    records::{self, ListAsk},
};

use super::records::{json_text, list_ask, view_ask};
use crate::{
    error::ApiResult,
    extract::{Caller, Parameters},
    wire::page,
};

/// `GET /api/logs`
pub(crate) async fn list(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let ask = list_ask(&Parameters::of(&request), &caller)?;
    Ok(json_text(page::text(&logs::list(&backend, &caller.ctx, &ask).await?)))
}

/// `GET /api/logs/{id}`
pub(crate) async fn view(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let view = view_ask(&Parameters::of(&request))?;
    Ok(HttpResponse::Ok().json(logs::view(&backend, &caller.ctx, &path, &view).await?))
}

/// `GET /api/logs/stats`
pub(crate) async fn stats(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let parameters = Parameters::of(&request);
    let view = view_ask(&parameters)?;
    let filter = parameters.get("filter");
    let ask = ListAsk::parse(records::trust_of(caller.ctx.who()), "", "", "", filter, "")?;
    let counted = logs::stats(&backend, &caller.ctx, ask.filter.as_ref(), &view).await?;
    Ok(HttpResponse::Ok().json(counted))
}

/// `DELETE /api/logs`
pub(crate) async fn clear(backend: web::Data<Backend>, caller: Caller) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    logs::clear(&backend).await?;
    Ok(HttpResponse::NoContent().finish())
}
