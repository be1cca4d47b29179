//! Finds out who asks, gives the request its id and writes its log line.

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web,
};
use underpin_domain::{Backend, nodes};

use crate::{error::ApiError, extract::Caller};

/// Resolves the caller once; handlers read the result.
pub(crate) async fn who_is_asking(
    backend: web::Data<Backend>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    nodes::check_fresh(&backend).await.map_err(ApiError::from)?;
    let caller = Caller::of(request.request(), &backend).await.map_err(ApiError::from)?;
    let (started, request_id) = (caller.ctx.now, caller.ctx.request_id.clone());
    request.extensions_mut().insert(caller);
    let (method, path) = (request.method().clone(), logged_path(request.path()));
    let mut response = next.call(request).await?;
    let duration_ms = backend.clock.now().millis() - started.millis();
    let status = response.status().as_u16();
    tracing::info!(target: "underpin::requests", %method, path, status, duration_ms, request_id, "answered {status}");
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    Ok(response)
}

/// The path as the log may have it: pages of the console can carry a token.
fn logged_path(path: &str) -> String {
    if path.starts_with("/_/") { "/_/".to_owned() } else { path.to_owned() }
}
