//! Whether the server works.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use underpin_domain::Backend;
use underpin_model::DomainError;

use super::{picked, records::view_ask};
use crate::{
    error::ApiResult,
    extract::{Caller, Parameters},
};

/// Headers in which well-known proxies tell the client's address.
const PROXY_HEADERS: [&str; 3] = ["CF-Connecting-IP", "Fly-Client-IP", "X-Forwarded-For"];

/// Answers 200 when the database answers. Superusers are told more.
pub(crate) async fn health(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    backend.database.ping().await.map_err(|_| DomainError::Busy)?;
    let data = if caller.ctx.who().is_superuser() {
        let sent = |name: &&&str| request.headers().contains_key(**name);
        json!({
            "canBackup": false,
            "realIP": caller.ctx.origin.map(|origin| origin.client.to_string()),
            "possibleProxyHeader": PROXY_HEADERS.iter().find(sent).unwrap_or(&""),
            "realtimeClients": backend.hub.connected(),
        })
    } else {
        json!({})
    };
    let view = view_ask(&Parameters::of(&request))?;
    let answer = json!({ "code": 200, "message": "The server is healthy.", "data": data });
    Ok(picked(answer, &view))
}
