//! Sends requests: address, token, repetition, and errors. Everything above speaks through it.

use std::sync::Arc;
use std::time::Duration;

use reqwest::header::AUTHORIZATION;
use reqwest::{Method, RequestBuilder, Response};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::sync::{Mutex, watch};
use tokio::time::{Instant, sleep};
use url::Url;

use crate::error::{ApiError, Error, Result};
use crate::retry::RetryPolicy;
use crate::session::{AuthStore, Session};

/// The shared lower half of a client.
pub(crate) struct Transport {
    pub(crate) base: Url,
    http: reqwest::Client,
    store: Arc<dyn AuthStore>,
    retry: RetryPolicy,
    refresh_before: Duration,
    /// Counts changes of the session, for those who must tell the server.
    session_changes: watch::Sender<u64>,
    /// When a refresh was tried last; held while one is under way, so that there is only one.
    last_refresh: Mutex<Option<Instant>>,
}

/// What a request carries.
pub(crate) enum Body {
    None,
    Json(Value),
    Form(reqwest::multipart::Form),
}

/// A path below the base address, with its query.
pub(crate) struct Call {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) query: Vec<(&'static str, String)>,
    pub(crate) body: Body,
}

impl Call {
    pub(crate) fn new(method: Method, path: impl Into<String>) -> Self {
        Self { method, path: path.into(), query: Vec::new(), body: Body::None }
    }

    pub(crate) fn json(mut self, body: &(impl Serialize + ?Sized)) -> Result<Self> {
        self.body = Body::Json(serde_json::to_value(body).map_err(Error::Encode)?);
        Ok(self)
    }

    pub(crate) fn query(mut self, query: Vec<(&'static str, String)>) -> Self {
        self.query = query;
        self
    }
}

impl Transport {
    pub(crate) fn new(
        base: Url,
        http: reqwest::Client,
        store: Arc<dyn AuthStore>,
        retry: RetryPolicy,
        refresh_before: Duration,
    ) -> Self {
        let session_changes = watch::Sender::new(0);
        Self {
            base,
            http,
            store,
            retry,
            refresh_before,
            session_changes,
            last_refresh: Mutex::new(None),
        }
    }

    pub(crate) fn session(&self) -> Option<Session> {
        self.store.load()
    }

    pub(crate) fn set_session(&self, session: Option<&Session>) {
        self.store.save(session);
        self.session_changes.send_modify(|count| *count += 1);
    }

    pub(crate) fn watch_session(&self) -> watch::Receiver<u64> {
        self.session_changes.subscribe()
    }

    /// The address of a path below the base.
    pub(crate) fn address(&self, path: &str) -> Result<Url> {
        self.base
            .join(path)
            .map_err(|error| Error::Address(format!("the address `{path}` is not usable: {error}")))
    }

    /// Sends and reads the answer as `T`.
    pub(crate) async fn fetch<T: DeserializeOwned>(&self, call: Call) -> Result<T> {
        let text = self.send(call).await?.text().await.map_err(Error::transport)?;
        serde_json::from_str(&text)
            .map_err(|source| Error::Decode { expected: std::any::type_name::<T>(), source })
    }

    /// Sends and drops the answer.
    pub(crate) async fn run(&self, call: Call) -> Result<()> {
        self.send(call).await.map(drop)
    }

    /// Sends with a token that is fresh; the answer has a good status.
    pub(crate) async fn send(&self, call: Call) -> Result<Response> {
        self.refresh_if_due().await;
        self.send_as_is(call).await
    }

    /// Gets a newer token when the present one is about to expire. A failure is left for the
    /// request itself to show, since the old token may still do.
    pub(crate) async fn refresh_if_due(&self) {
        if !self.is_refresh_due() {
            return;
        }
        let mut last_refresh = self.last_refresh.lock().await;
        let Some(remaining) = self.session().and_then(|session| session.remaining()) else {
            return;
        };
        // Someone else may have done it meanwhile; and a token that lives shorter than the margin
        // must not cause a refresh with every request.
        let is_recent = last_refresh.is_some_and(|last| last.elapsed() < remaining / 2);
        if is_recent || !self.is_refresh_due() {
            return;
        }
        *last_refresh = Some(Instant::now());
        if let Err(error) = self.refresh_session().await {
            tracing::warn!(error = %error, "could not refresh the session");
        }
    }

    /// Asks for a newer token now.
    pub(crate) async fn refresh_session(&self) -> Result<Session> {
        let collection = self
            .session()
            .and_then(|session| session.claims())
            .map(|claims| claims.collection_id)
            .ok_or(Error::SignedOut)?;
        let path = format!("api/collections/{}/auth-refresh", segment(&collection)?);
        let answer = self.send_as_is(Call::new(Method::POST, path)).await;
        let answer = answer.inspect_err(|error| {
            if matches!(error.status(), Some(401 | 403 | 404)) {
                self.set_session(None);
            }
        })?;
        let text = answer.text().await.map_err(Error::transport)?;
        let session: Session = serde_json::from_str(&text)
            .map_err(|source| Error::Decode { expected: "a session", source })?;
        self.set_session(Some(&session));
        Ok(session)
    }

    /// How long until the token should be refreshed; `None` when it never is.
    pub(crate) fn refresh_due_in(&self) -> Option<Duration> {
        let session = self.session()?;
        let is_refreshable = session.claims()?.refreshable && session.is_valid();
        is_refreshable
            .then(|| session.remaining().unwrap_or_default().saturating_sub(self.refresh_before))
    }

    fn is_refresh_due(&self) -> bool {
        self.refresh_due_in().is_some_and(|due_in| due_in.is_zero())
    }

    async fn send_as_is(&self, call: Call) -> Result<Response> {
        let address = self.address(&call.path)?;
        let mut request = self.http.request(call.method.clone(), address);
        if !call.query.is_empty() {
            request = request.query(&call.query);
        }
        if let Some(session) = self.session() {
            request = request.header(AUTHORIZATION, session.token);
        }
        request = match call.body {
            Body::None => request,
            Body::Json(value) => request.json(&value),
            Body::Form(form) => request.multipart(form),
        };
        self.send_and_repeat(request, &call.method).await
    }

    async fn send_and_repeat(&self, request: RequestBuilder, method: &Method) -> Result<Response> {
        let mut next = Some(request);
        let mut attempt = 1;
        while let Some(request) = next {
            next = request.try_clone();
            let response = request.send().await.map_err(Error::transport)?;
            let status = response.status();
            if status.is_success() {
                return Ok(response);
            }
            let pause = self.retry.pause(attempt, method, status, response.headers());
            let Some(pause) = pause.filter(|_| next.is_some()) else {
                let text = response.text().await.unwrap_or_default();
                return Err(ApiError::read(status.as_u16(), &text).into());
            };
            tracing::debug!(status = status.as_u16(), attempt, ?pause, "the request is sent again");
            sleep(pause).await;
            attempt += 1;
        }
        Err(Error::Address("the request could not be sent again".to_owned()))
    }
}

/// Encodes a name for use as one segment of a path. An empty name and names of dots alone would
/// lead to another endpoint, so they are refused.
pub(crate) fn segment(name: &str) -> Result<String> {
    if matches!(name, "" | "." | "..") {
        return Err(Error::Address(format!("`{name}` can't be part of an address")));
    }
    let mut encoded = String::with_capacity(name.len());
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'~' | b'.') {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    Ok(encoded)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::segment;

    #[test]
    fn names_are_readable_where_they_can_be() {
        assert_eq!(segment("cat_1.png").unwrap(), "cat_1.png");
        assert_eq!(segment("../a?b#c%").unwrap(), "..%2Fa%3Fb%23c%25");
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        for name in ["", ".", ".."] {
            assert!(segment(name).is_err(), "{name:?}");
        }
    }

    proptest! {
        #[test]
        fn a_name_is_always_exactly_one_segment(name in "[./\\\\?#%a ü]{1,8}") {
            let base = url::Url::parse("http://host/base/").unwrap();
            if let Ok(encoded) = segment(&name) {
                let joined = base.join(&format!("api/{encoded}/end")).unwrap();
                prop_assert_eq!(joined.path(), format!("/base/api/{encoded}/end"));
            }
        }
    }
}
