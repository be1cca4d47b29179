//! Signing in to an auth collection.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use underpin_domain::{
    Backend,
    auth::{self, PasswordLogin, SignedIn},
    records::ViewAsk,
};
use underpin_model::{Json, JsonMap};

use super::{collection, picked, records::view_ask};
use crate::{
    error::ApiResult,
    extract::{Caller, Parameters, json_body},
};

/// `GET /api/collections/{collection}/auth-methods`
pub(crate) async fn methods(
    backend: web::Data<Backend>,
    path: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let collection = collection(&backend, &path)?;
    let view = view_ask(&Parameters::of(&request))?;
    Ok(picked(auth::methods(&collection)?, &view))
}

/// `POST /api/collections/{collection}/auth-with-password`
pub(crate) async fn with_password(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let collection = collection(&backend, &path)?;
    let view = view_ask(&Parameters::of(&request))?;
    let body = json_body(&request, payload).await?;
    let login = PasswordLogin {
        identity: text(&body, "identity"),
        password: text(&body, "password"),
        identity_field: text(&body, "identityField"),
    };
    let backend = backend.into_inner();
    let ctx = caller.with_body(body).ctx;
    let signed_in = auth::password_login(&backend, &ctx, &collection, login, &view).await?;
    Ok(answer(signed_in, &view))
}

/// `POST /api/collections/{collection}/auth-refresh`
pub(crate) async fn refresh(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let collection = collection(&backend, &path)?;
    let view = view_ask(&Parameters::of(&request))?;
    let signed_in = auth::refresh(&backend, &caller.ctx, &collection, &caller.token, &view).await?;
    Ok(answer(signed_in, &view))
}

fn answer(signed_in: SignedIn, view: &ViewAsk) -> HttpResponse {
    picked(json!({ "token": signed_in.token, "record": signed_in.record }), view)
}

fn text(body: &JsonMap, key: &str) -> String {
    body.get(key).and_then(Json::as_str).unwrap_or_default().to_owned()
}
