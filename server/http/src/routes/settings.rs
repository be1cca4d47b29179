//! The settings. For superusers.

use actix_web::{HttpRequest, HttpResponse, web};
use underpin_domain::{
    Backend,
    records::ViewAsk,
    settings::{self, Settings},
};
use underpin_model::Json;

use super::{picked, records::view_ask};
use crate::{
    error::ApiResult,
    extract::{Caller, Parameters, json_body},
};

/// `GET /api/settings`
pub(crate) async fn view(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let view = view_ask(&Parameters::of(&request))?;
    Ok(shown(&backend.settings.current(), &view))
}

/// `PATCH /api/settings`
pub(crate) async fn change(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let view = view_ask(&Parameters::of(&request))?;
    let body = json_body(&request, payload).await?;
    let changed = settings::change(&backend, &caller.ctx, &body).await?;
    Ok(shown(&changed, &view))
}

/// The settings with the parts that were asked for.
fn shown(settings: &Settings, view: &ViewAsk) -> HttpResponse {
    picked(Json::Object(settings.to_json()), view)
}
