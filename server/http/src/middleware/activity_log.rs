//! Writes each answered request to the log.

use std::{borrow::Cow, net::IpAddr, time::Instant};

use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode, Uri,
        header::{self, HeaderName, HeaderValue},
    },
    middleware::Next,
    web,
};
use underpin_domain::{
    Backend,
    logs::{self, AnsweredRequest, Failure},
};

use crate::{error::ApiError, extract::Caller};

/// Paths of which successful requests are not logged: looking into the log would fill it, and the
/// console's files say nothing.
const QUIET: [&str; 2] = ["/api/logs", "/_"];

/// What is known of a request before it is handled.
struct Asked {
    method: Method,
    uri: Uri,
    referer: Option<HeaderValue>,
    user_agent: Option<HeaderValue>,
    peer: Option<IpAddr>,
    began: Instant,
}

/// Logs the request once its answer is known; an answer that is a stream, when it begins.
pub(crate) async fn activity_log(
    backend: web::Data<Backend>,
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let asked = Asked::of(&request);
    let answered = next.call(request).await;
    match &answered {
        Ok(response) => {
            let extensions = response.request().extensions();
            let (caller, error) = (extensions.get::<Caller>(), response.response().error());
            asked.log(&backend, response.status(), caller, error);
        }
        Err(error) => {
            let status = error.as_response_error().status_code();
            asked.log(&backend, status, None, Some(error));
        }
    }
    answered
}

impl Asked {
    fn of(request: &ServiceRequest) -> Self {
        let sent = |name: HeaderName| request.headers().get(name).cloned();
        Self {
            method: request.method().clone(),
            uri: request.uri().clone(),
            referer: sent(header::REFERER),
            user_agent: sent(header::USER_AGENT),
            peer: request.peer_addr().map(|address| address.ip()),
            began: Instant::now(),
        }
    }

    fn log(
        &self,
        backend: &Backend,
        status: StatusCode,
        caller: Option<&Caller>,
        error: Option<&Error>,
    ) {
        if !status.is_client_error() && !status.is_server_error() && is_quiet(self.uri.path()) {
            return;
        }
        let url = self.uri.path_and_query().map_or("", |both| both.as_str());
        let request = AnsweredRequest {
            method: self.method.as_str(),
            url,
            status: status.as_u16(),
            referer: &text(self.referer.as_ref()),
            user_agent: &text(self.user_agent.as_ref()),
            remote_ip: self.peer,
            user_ip: caller
                .and_then(|caller| caller.ctx.origin)
                .map(|from| from.client)
                .or(self.peer),
            took: self.began.elapsed(),
            who: caller.map(|caller| caller.ctx.who()),
            request_id: caller.map_or("", |caller| &caller.ctx.request_id),
            failure: error.map(failure),
        };
        logs::request(backend, request);
    }
}

fn is_quiet(path: &str) -> bool {
    let is_below = |of: &str| {
        path.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    QUIET.into_iter().any(is_below)
}

fn text(value: Option<&HeaderValue>) -> Cow<'_, str> {
    value.map(|value| String::from_utf8_lossy(value.as_bytes())).unwrap_or_default()
}

fn failure(error: &Error) -> Failure {
    match error.as_error::<ApiError>() {
        Some(error) => Failure { message: error.message().to_owned(), details: error.details() },
        None => Failure { message: error.to_string(), details: serde_json::Value::Null },
    }
}
