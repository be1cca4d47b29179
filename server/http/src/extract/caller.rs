//! Who asks, as the middleware found out.

use std::{
    collections::BTreeMap,
    future::{Ready, ready},
    sync::Arc,
};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload, http::header::HOST};
use underpin_domain::{Backend, OpContext, Origin, auth};
use underpin_model::{
    DomainError, DomainResult, JsonMap, Principal, RequestInfo, request_info::RequestContext,
};

use crate::error::ApiError;

/// Who asks, with the context of the request.
#[derive(Clone)]
pub(crate) struct Caller {
    /// The context for services.
    pub(crate) ctx: OpContext,
    /// The session token as it was sent; empty when none was.
    pub(crate) token: String,
}

impl Caller {
    /// Resolves who sends a request.
    pub(crate) async fn of(
        request: &HttpRequest,
        backend: &Backend,
        origin: Origin,
        request_id: &str,
    ) -> DomainResult<Self> {
        let now = backend.clock.now();
        let token = token(request);
        let who = if token.is_empty() {
            Principal::Guest
        } else {
            auth::principal_of(backend, &token, now, Some(origin)).await?
        };
        let info = RequestInfo {
            context: RequestContext::Default,
            method: request.method().as_str().to_owned(),
            query: super::Parameters::of(request).into_map(),
            headers: headers(request),
            body: Arc::default(),
            who,
        };
        let (origin, request_id) = (Some(origin), request_id.to_owned());
        Ok(Self { ctx: OpContext { request: info, origin, now, request_id }, token })
    }

    /// The same caller, with a body that rules may see.
    pub(crate) fn with_body(mut self, body: JsonMap) -> Self {
        self.ctx.request.body = Arc::new(body);
        self
    }

    /// Lets superusers alone pass.
    pub(crate) fn require_superuser(&self) -> Result<(), ApiError> {
        match self.ctx.who() {
            Principal::Superuser(_) | Principal::System => Ok(()),
            Principal::User(_) => {
                Err(DomainError::Forbidden("Only superusers may do this.").into())
            }
            Principal::Guest => {
                Err(DomainError::Unauthorized("A valid record token is needed for this request.")
                    .into())
            }
        }
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let found = request.extensions().get::<Self>().cloned();
        ready(found.ok_or_else(|| {
            DomainError::fault("resolving the caller", "the middleware did not run").into()
        }))
    }
}

/// The token of the `Authorization` header, with or without `Bearer`.
fn token(request: &HttpRequest) -> String {
    let value = request.headers().get("authorization").and_then(|value| value.to_str().ok());
    let value = value.unwrap_or_default().trim();
    let scheme = value.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("bearer "));
    scheme.map_or(value, |scheme| value.trim_start_matches(scheme)).trim().to_owned()
}

/// Headers as rules see them: lower case, `-` as `_`, without Host and secrets.
fn headers(request: &HttpRequest) -> BTreeMap<String, String> {
    let mut map = BTreeMap::new();
    for (name, value) in request.headers() {
        if name == HOST {
            continue;
        }
        if let Ok(value) = value.to_str() {
            map.entry(name.as_str().replace('-', "_")).or_insert_with(|| value.to_owned());
        }
    }
    map
}
