//! The client: where everything starts.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use reqwest::Method;
use serde_json::Value;
use url::Url;

use crate::account::Account;
use crate::batch::Batch;
use crate::collection::Collection;
use crate::collections::Collections;
use crate::error::{Error, Result};
use crate::files::Files;
use crate::realtime::{Realtime, RealtimeTimings};
use crate::record::RecordMeta;
use crate::retry::RetryPolicy;
use crate::session::{AuthStore, MemoryAuthStore, Session};
use crate::tls::Tls;
use crate::transport::{Call, Transport};

/// A connection to one server, cheap to clone. Clones share the session and the websocket.
///
/// ```no_run
/// # async fn run() -> underpin::Result<()> {
/// use serde::{Deserialize, Serialize};
/// use underpin::{Client, filter};
///
/// #[derive(Serialize, Deserialize)]
/// struct Post {
///     title: String,
///     views: u32,
/// }
///
/// let client = Client::new("http://127.0.0.1:8090")?;
/// client.collection("users").auth_with_password("ann@example.com", "a long password").await?;
///
/// let posts = client.collection("posts");
/// let post = posts.create(&Post { title: "Hello".into(), views: 0 }).await?;
/// let page = posts
///     .list::<Post>()
///     .filter(filter!("title ~ {} && views >= {}", "Hel", 0))
///     .sort("-created")
///     .await?;
/// assert!(page.items.iter().any(|found| found.id() == post.id()));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    transport: Arc<Transport>,
    realtime: Arc<Realtime>,
}

impl Client {
    /// A client with default options.
    ///
    /// # Errors
    /// The address is not an `http` or `https` address.
    pub fn new(base_url: &str) -> Result<Self> {
        Self::builder(base_url).build()
    }

    /// A client with options of your own.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder {
            base_url: base_url.into(),
            store: Arc::new(MemoryAuthStore::default()),
            retry: RetryPolicy::default(),
            refresh_before: Duration::from_secs(300),
            timeout: Duration::from_secs(30),
            timings: RealtimeTimings::default(),
        }
    }

    /// The records of one collection, by its name or id.
    pub fn collection(&self, name: impl Into<String>) -> Collection {
        Collection::new(self.clone(), name.into())
    }

    /// The collections themselves; for superusers.
    #[must_use]
    pub fn collections(&self) -> Collections {
        Collections::new(Arc::clone(&self.transport))
    }

    /// File addresses, tokens and downloads.
    #[must_use]
    pub fn files(&self) -> Files {
        Files::new(Arc::clone(&self.transport))
    }

    /// Several writes in one transaction.
    pub fn batch(&self) -> Batch {
        Batch::new(Arc::clone(&self.transport))
    }

    /// The address of a file of a record. Short for [`Files::url`].
    ///
    /// # Errors
    /// The record or the name is empty.
    pub fn file_url(&self, record: &RecordMeta, name: &str) -> Result<Url> {
        self.files().url(record, name)
    }

    /// Asks whether the server is up; gives what it says about itself.
    ///
    /// # Errors
    /// The server can't be reached or is not well.
    pub async fn health(&self) -> Result<Value> {
        self.transport.fetch(Call::new(Method::GET, "api/health")).await
    }

    /// The present session, if any.
    #[must_use]
    pub fn session(&self) -> Option<Session> {
        self.transport.session()
    }

    /// Takes over a session that was made elsewhere.
    pub fn set_session(&self, session: &Session) {
        self.transport.set_session(Some(session));
    }

    /// Forgets the session; open subscriptions go on as a guest's.
    pub fn sign_out(&self) {
        self.transport.set_session(None);
    }

    /// Gets a newer token for the present session. Requests do this by themselves when the token
    /// is about to expire.
    ///
    /// # Errors
    /// Nobody is signed in, or the server does not accept the token any more; then the session is
    /// forgotten.
    pub async fn refresh(&self) -> Result<Account<Value>> {
        self.transport.refresh_session().await.and_then(Account::from_session)
    }

    pub(crate) fn transport(&self) -> &Arc<Transport> {
        &self.transport
    }

    pub(crate) fn realtime(&self) -> &Realtime {
        &self.realtime
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Client")
            .field("base", &self.transport.base.as_str())
            .finish_non_exhaustive()
    }
}

/// Options of a [`Client`].
#[must_use]
pub struct ClientBuilder {
    base_url: String,
    store: Arc<dyn AuthStore>,
    retry: RetryPolicy,
    refresh_before: Duration,
    timeout: Duration,
    timings: RealtimeTimings,
}

impl ClientBuilder {
    /// Keeps the session in `store` instead of in memory.
    pub fn auth_store(mut self, store: impl AuthStore + 'static) -> Self {
        self.store = Arc::new(store);
        self
    }

    /// Bounds of the repetition of requests.
    pub const fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// How long before its expiry a token is refreshed (5 minutes unless set).
    pub const fn refresh_before(mut self, margin: Duration) -> Self {
        self.refresh_before = margin;
        self
    }

    /// How long the server may stay silent while it answers a request (30 seconds unless set).
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Pauses and limits of the realtime connection.
    pub const fn realtime(mut self, timings: RealtimeTimings) -> Self {
        self.timings = timings;
        self
    }

    /// Makes the client. Nothing is sent yet.
    ///
    /// # Errors
    /// The address is not an `http` or `https` address, or TLS can't be set up.
    pub fn build(self) -> Result<Client> {
        let base = base_address(&self.base_url)?;
        let http =
            reqwest::Client::builder().connect_timeout(self.timeout).read_timeout(self.timeout);
        let tls = Tls::for_base(&base)?;
        let http = tls.apply(http).build().map_err(Error::transport)?;
        let transport =
            Arc::new(Transport::new(base, http, self.store, self.retry, self.refresh_before));
        let realtime = Arc::new(Realtime::new(Arc::clone(&transport), tls, self.timings));
        Ok(Client { transport, realtime })
    }
}

/// Reads the base address; the slash at its end makes paths relative to it.
fn base_address(text: &str) -> Result<Url> {
    let with_slash = format!("{}/", text.trim_end_matches('/'));
    let url = Url::parse(&with_slash).map_err(|error| {
        Error::Address(format!("the base address `{text}` is not usable: {error}"))
    })?;
    let is_web = matches!(url.scheme(), "http" | "https")
        && url.query().is_none()
        && url.fragment().is_none();
    if is_web {
        Ok(url)
    } else {
        Err(Error::Address(format!("the base address `{text}` must be plain http or https")))
    }
}

#[cfg(test)]
mod tests {
    use super::base_address;

    #[test]
    fn a_base_below_a_path_is_kept() {
        for text in ["http://host/app", "http://host/app/"] {
            assert_eq!(
                base_address(text).unwrap().join("api/health").unwrap().path(),
                "/app/api/health"
            );
        }
    }

    #[test]
    fn other_kinds_of_addresses_are_refused() {
        for text in ["ws://host", "host:8090", "", "http://host/?a=b"] {
            assert!(base_address(text).is_err(), "{text}");
        }
    }
}
