//! The settings. For superusers.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use underpin_domain::{
    Backend, auth,
    mail::{self, TestLetter},
    records::ViewAsk,
    settings::{self, Bucket, Settings},
};
use underpin_model::{DomainError, ErrorCode, ErrorTree, Json};

use super::{picked, records::view_ask};
use crate::{
    error::ApiResult,
    extract::{Caller, Parameters, json_body},
    wire::settings::{SentAppleKey, SentBucket, SentLetter, read},
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

/// `POST /api/settings/test/s3`
pub(crate) async fn test_s3(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let sent: SentBucket = read(json_body(&request, payload).await?)?;
    let which = Bucket::named(&sent.filesystem).ok_or_else(|| {
        let is_missing = sent.filesystem.is_empty();
        let code = if is_missing { ErrorCode::Required } else { ErrorCode::InInvalid };
        DomainError::invalid("The bucket can't be tested.", ErrorTree::one("filesystem", code))
    })?;
    settings::test_bucket(&backend, &caller.ctx, which).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /api/settings/test/email`
pub(crate) async fn test_email(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let sent: SentLetter = read(json_body(&request, payload).await?)?;
    let letter =
        TestLetter { email: sent.email, template: sent.template, collection: sent.collection };
    mail::send_test_letter(&backend, &caller.ctx, &letter).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /api/settings/apple/generate-client-secret`
pub(crate) async fn apple_client_secret(
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let sent: SentAppleKey = read(json_body(&request, payload).await?)?;
    let secret = auth::apple_client_secret(&caller.ctx, sent.into())?;
    Ok(HttpResponse::Ok().json(json!({ "secret": secret })))
}
