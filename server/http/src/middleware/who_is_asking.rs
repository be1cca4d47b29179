//! Finds out who asks and from where, turns away who may not, gives the request its id and writes
//! its log line.

use actix_web::{
    Error, HttpMessage,
    body::{EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{HeaderName, HeaderValue},
    middleware::Next,
    web,
};
use underpin_domain::{Backend, logs, nodes};
use underpin_model::DomainResult;

use super::{
    client_address::{Proxies, origin},
    limits,
};
use crate::{error::ApiError, extract::Caller};

/// Resolves the caller once; handlers read the result. A refusal is an answer like others, so that
/// it gets the headers that every answer has.
pub(crate) async fn who_is_asking<B: MessageBody>(
    backend: web::Data<Backend>,
    proxies: web::Data<Proxies>,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let started = backend.clock.now();
    let request_id = underpin_model::id::random_lowercase(12);
    let (method, path) = (request.method().clone(), logged_path(request.path()));
    let mut response = match admit(&backend, &proxies, &request, &request_id).await {
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            next.call(request).await?.map_into_left_body()
        }
        Err(error) => request.error_response(ApiError::from(error)).map_into_right_body(),
    };
    let duration_ms = backend.clock.now().millis() - started.millis();
    let status = response.status().as_u16();
    tracing::info!(target: "underpin::requests", %method, path, status, duration_ms, request_id, "answered {status}");
    if let Ok(value) = HeaderValue::from_str(&request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), value);
    }
    Ok(response)
}

/// Who asks, if he may ask now and from where he is.
async fn admit(
    backend: &Backend,
    proxies: &Proxies,
    request: &ServiceRequest,
    request_id: &str,
) -> DomainResult<Caller> {
    nodes::check_fresh(backend).await?;
    let origin = origin(request, &backend.settings.current().trusted_proxy, proxies);
    let caller = Caller::of(request.request(), backend, origin, request_id).await?;
    limits::count(backend, &caller.ctx, request)?;
    Ok(caller)
}

/// The path as the log may have it: pages of the console can carry a token, others by mistake.
fn logged_path(path: &str) -> String {
    if path.starts_with("/_/") { "/_/".to_owned() } else { logs::without_tokens(path) }
}
