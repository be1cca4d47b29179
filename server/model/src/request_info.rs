//! What a rule may see of a request.

use std::{collections::BTreeMap, sync::Arc};

use crate::{JsonMap, Principal};

/// The parts of a request behind `@request.*`.
#[derive(Clone, Debug)]
pub struct RequestInfo {
    /// `@request.context`: how the request came in.
    pub context: RequestContext,
    /// `@request.method`, upper case.
    pub method: String,
    /// `@request.query.*`: the first value of each parameter.
    pub query: BTreeMap<String, String>,
    /// `@request.headers.*`: lower case, `-` written as `_`, without Host.
    pub headers: BTreeMap<String, String>,
    /// `@request.body.*`: the submitted data after normalising and modifiers.
    pub body: Arc<JsonMap>,
    /// `@request.auth.*`: who asks.
    pub who: Principal,
}

/// `@request.context`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RequestContext {
    /// Any plain request.
    Default,
    /// A request inside a batch.
    Batch,
    /// Delivery of a realtime event.
    Realtime,
    /// A protected file is being opened.
    ProtectedFile,
    /// A nested expand.
    Expand,
    /// Sign-in with a password.
    Password,
    /// Sign-in with OAuth2.
    OAuth2,
    /// Sign-in with a one-time password.
    Otp,
}

impl RequestContext {
    /// The text that rules compare with.
    pub fn name(self) -> &'static str {
        match self {
            Self::Default => "default",
            Self::Batch => "batch",
            Self::Realtime => "realtime",
            Self::ProtectedFile => "protectedFile",
            Self::Expand => "expand",
            Self::Password => "password",
            Self::OAuth2 => "oauth2",
            Self::Otp => "otp",
        }
    }
}

impl RequestInfo {
    /// A request that carries nothing but who asks.
    pub fn of(who: Principal) -> Self {
        Self {
            context: RequestContext::Default,
            method: "GET".to_owned(),
            query: BTreeMap::new(),
            headers: BTreeMap::new(),
            body: Arc::default(),
            who,
        }
    }
}
