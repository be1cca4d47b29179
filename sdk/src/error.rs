//! The one error type of the crate.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use crate::filter::FilterError;

/// What every fallible call of this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Everything that can go wrong between a program and the server.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The server answered and refused.
    #[error("the server answered {}: {}", .0.status, .0.message)]
    Api(Box<ApiError>),
    /// The server could not be reached, or the connection broke.
    #[error("the server could not be reached")]
    Transport(#[source] reqwest::Error),
    /// The server answered something that does not fit the expected type.
    #[error("the answer could not be read as {expected}")]
    Decode {
        /// Name of the Rust type that was asked for.
        expected: &'static str,
        /// What did not fit.
        #[source]
        source: serde_json::Error,
    },
    /// A value given to the client could not be turned into a request body.
    #[error("the request body could not be written")]
    Encode(#[source] serde_json::Error),
    /// A filter holds a value that the filter language cannot express.
    #[error("the filter cannot be written")]
    Filter(#[from] FilterError),
    /// A base address, path or header value is not usable.
    #[error("{0}")]
    Address(String),
    /// The call needs a signed-in client.
    #[error("this call needs a signed-in client")]
    SignedOut,
    /// A subscription was refused or can't go on.
    #[error(transparent)]
    Realtime(#[from] RealtimeError),
}

/// An answer with an error status.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct ApiError {
    /// The HTTP status.
    #[serde(default)]
    pub status: u16,
    /// The server's sentence.
    #[serde(default)]
    pub message: String,
    /// What is wrong with which field.
    #[serde(skip)]
    pub fields: BTreeMap<String, FieldProblem>,
    /// The whole answer, for the few endpoints that say more (MFA, batch).
    #[serde(skip)]
    pub body: Value,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FieldProblem {
    /// Stable code, such as `validation_required`.
    pub code: String,
    /// Sentence for people.
    pub message: String,
}

/// Why a subscription ended or was refused.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RealtimeError {
    /// The server refused a frame.
    #[error("the server refused the subscription ({code}): {message}")]
    Refused {
        /// Stable code.
        code: String,
        /// Sentence for people.
        message: String,
    },
    /// The first connection could not be made. Later losses are repaired silently.
    #[error("the realtime connection could not be made: {0}")]
    Unreachable(String),
    /// The client was dropped while the subscription was being made.
    #[error("the client is closed")]
    Closed,
}

impl Error {
    /// The HTTP status, when the server answered.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.api().map(|answer| answer.status)
    }

    /// The server's answer, when it is one.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match self {
            Self::Api(answer) => Some(answer),
            _ => None,
        }
    }

    /// What the server says about one field.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&FieldProblem> {
        self.api()?.fields.get(name)
    }

    /// 404: there is no such thing, or it may not be seen.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// 401: the token is missing, expired or void.
    #[must_use]
    pub fn is_unauthorized(&self) -> bool {
        self.status() == Some(401)
    }

    /// 403: known, but not allowed.
    #[must_use]
    pub fn is_forbidden(&self) -> bool {
        self.status() == Some(403)
    }

    /// 400 with at least one field named.
    #[must_use]
    pub fn is_validation(&self) -> bool {
        self.api().is_some_and(|answer| answer.status == 400 && !answer.fields.is_empty())
    }

    /// 429: too many requests.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.status() == Some(429)
    }

    pub(crate) fn transport(error: reqwest::Error) -> Self {
        // The address may carry a file token.
        Self::Transport(error.without_url())
    }
}

impl ApiError {
    /// Reads an error answer; anything that is not the usual shape still gives a status.
    pub(crate) fn read(status: u16, text: &str) -> Self {
        let body: Value = serde_json::from_str(text).unwrap_or(Value::Null);
        let message = match body.get("message").and_then(Value::as_str) {
            Some(message) if !message.is_empty() => message.to_owned(),
            _ => "no further explanation".to_owned(),
        };
        let fields =
            body.get("data").and_then(Value::as_object).map_or_else(BTreeMap::new, |data| {
                data.iter()
                    .filter_map(|(name, problem)| {
                        let problem = FieldProblem::deserialize(problem).ok()?;
                        Some((name.clone(), problem))
                    })
                    .collect()
            });
        Self { status, message, fields, body }
    }
}

impl From<ApiError> for Error {
    fn from(answer: ApiError) -> Self {
        Self::Api(Box::new(answer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn field_problems_are_found_by_name() {
        let text = r#"{"status":400,"message":"Failed.","data":{"title":{"code":"validation_required","message":"Cannot be blank."},"requests":{"0":{}}}}"#;
        let error = Error::from(ApiError::read(400, text));
        assert!(error.is_validation());
        assert_eq!(error.field("title").unwrap().code, "validation_required");
        assert!(error.field("requests").is_none());
    }

    #[test]
    fn an_answer_of_another_shape_keeps_its_status() {
        let error = Error::from(ApiError::read(502, "<html>bad gateway</html>"));
        assert_eq!(error.status(), Some(502));
        assert!(!error.is_not_found());
    }
}
