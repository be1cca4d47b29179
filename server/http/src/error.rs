//! From a domain error to a status and a body. The only place that knows which is which.

use std::fmt;

use actix_web::{HttpResponse, ResponseError, http::StatusCode};
use serde_json::json;
use underpin_model::{DomainError, ErrorTree, FieldError, Json, JsonMap, causes, error::ErrorNode};

/// An error on its way to a client.
#[derive(Debug)]
pub(crate) struct ApiError(DomainError);

/// What handlers answer with.
pub(crate) type ApiResult<T> = Result<T, ApiError>;

/// Seconds after which a client may try a busy server again.
const BUSY_RETRY: u32 = 1;

impl ApiError {
    /// The entry that the domain error stands for.
    pub(crate) fn status(&self) -> StatusCode {
        match &self.0 {
            DomainError::NotFound => StatusCode::NOT_FOUND,
            DomainError::Forbidden(_) => StatusCode::FORBIDDEN,
            DomainError::Unauthorized(_) => StatusCode::UNAUTHORIZED,
            DomainError::Invalid(_) => StatusCode::BAD_REQUEST,
            DomainError::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            DomainError::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            DomainError::Busy | DomainError::Unavailable(_) => StatusCode::SERVICE_UNAVAILABLE,
            DomainError::NoRoom => StatusCode::INSUFFICIENT_STORAGE,
            DomainError::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The public sentence.
    pub(crate) fn message(&self) -> &str {
        match &self.0 {
            DomainError::NotFound => "The requested resource was not found.",
            DomainError::Forbidden(message) | DomainError::Unauthorized(message) => message,
            DomainError::Invalid(invalid) => &invalid.message,
            DomainError::TooMany { .. } => "Too many requests, try again later.",
            DomainError::TooLarge => "The request body is too large.",
            DomainError::Busy => "The server is busy, try again in a moment.",
            DomainError::Unavailable(fault) => fault.context,
            DomainError::NoRoom => "The server has no room left to store anything.",
            DomainError::Fault(_) => "Something went wrong on our side.",
        }
    }

    /// The body that clients see.
    pub(crate) fn body(&self) -> Json {
        let data = match &self.0 {
            DomainError::Invalid(invalid) => tree(&invalid.fields),
            _ => json!({}),
        };
        json!({ "status": self.status().as_u16(), "message": self.message(), "data": data })
    }

    /// What superusers find in the log: the fields at fault, or the cause of a fault.
    pub(crate) fn details(&self) -> Json {
        match &self.0 {
            DomainError::Invalid(invalid) if !invalid.fields.is_empty() => reasons(&invalid.fields),
            DomainError::Fault(fault) | DomainError::Unavailable(fault) => {
                format!("{}: {}", fault.context, causes(&*fault.cause)).into()
            }
            _ => Json::Null,
        }
    }

    /// Writes our own faults to the log, once; what passes by itself as a warning.
    pub(crate) fn log(&self) {
        match &self.0 {
            DomainError::Fault(fault) => {
                let cause = causes(&*fault.cause);
                tracing::error!(context = fault.context, cause, "a request failed");
            }
            DomainError::Unavailable(fault) => {
                let cause = causes(&*fault.cause);
                tracing::warn!(context = fault.context, cause, "a request was turned away");
            }
            _ => {}
        }
    }
}

fn tree(errors: &ErrorTree) -> Json {
    let mut map = JsonMap::new();
    for (name, node) in &errors.0 {
        let value = match node {
            ErrorNode::Leaf(error) => leaf(error),
            ErrorNode::Branch(branch) => tree(branch),
        };
        map.insert(name.clone(), value);
    }
    Json::Object(map)
}

/// The tree with a sentence alone for each field, as the middle of a sentence.
fn reasons(errors: &ErrorTree) -> Json {
    let reason = |node: &ErrorNode| match node {
        ErrorNode::Leaf(error) => {
            let mut sentence = error.message.trim_end_matches('.').chars();
            let first = sentence.next().map(char::to_lowercase);
            first.into_iter().flatten().chain(sentence).collect::<String>().into()
        }
        ErrorNode::Branch(branch) => reasons(branch),
    };
    Json::Object(errors.0.iter().map(|(name, node)| (name.clone(), reason(node))).collect())
}

fn leaf(error: &FieldError) -> Json {
    let (code, message) = (error.code.name(), &error.message);
    match &error.params {
        params if params.is_empty() => json!({ "code": code, "message": message }),
        params => json!({ "code": code, "message": message, "params": params }),
    }
}

impl From<DomainError> for ApiError {
    fn from(error: DomainError) -> Self {
        Self(error)
    }
}

impl fmt::Display for ApiError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.message())
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.status()
    }

    fn error_response(&self) -> HttpResponse {
        self.log();
        let mut response = HttpResponse::build(self.status());
        match &self.0 {
            DomainError::Busy | DomainError::Unavailable(_) => {
                response.insert_header(("Retry-After", BUSY_RETRY.to_string()));
            }
            DomainError::TooMany { retry_after } => {
                response.insert_header(("Retry-After", retry_after.to_string()));
            }
            _ => {}
        }
        response.json(self.body())
    }
}
