//! Who a client is: the session, where it is kept, and what its token says.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A token and the account it speaks for.
#[derive(Clone, Serialize, Deserialize, PartialEq)]
pub struct Session {
    /// The token that goes with each request.
    pub token: String,
    /// The account's record, as the server gave it at sign-in.
    pub record: Value,
}

/// Where the session is kept.
///
/// The default keeps it in memory. A program that should stay signed in implements this over a
/// file or a key ring; both methods must be quick, since requests wait for them.
///
/// ```
/// use std::{fs, path::PathBuf};
/// use underpin::{AuthStore, Session};
///
/// struct FileStore(PathBuf);
///
/// impl AuthStore for FileStore {
///     fn load(&self) -> Option<Session> {
///         serde_json::from_slice(&fs::read(&self.0).ok()?).ok()
///     }
///     fn save(&self, session: Option<&Session>) {
///         let _ = match session {
///             Some(session) => fs::write(&self.0, serde_json::to_vec(session).unwrap_or_default()),
///             None => fs::remove_file(&self.0),
///         };
///     }
/// }
/// # let _ = FileStore("session.json".into()).load();
/// ```
pub trait AuthStore: Send + Sync {
    /// The session as it was saved last.
    fn load(&self) -> Option<Session>;
    /// Keeps the session, or forgets it.
    fn save(&self, session: Option<&Session>);
}

/// Keeps the session as long as the client lives.
#[derive(Debug, Default)]
pub struct MemoryAuthStore(Mutex<Option<Session>>);

impl AuthStore for MemoryAuthStore {
    fn load(&self) -> Option<Session> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn save(&self, session: Option<&Session>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = session.cloned();
    }
}

impl Session {
    /// What the token says of itself. It is not verified here: that is the server's work.
    #[must_use]
    pub fn claims(&self) -> Option<Claims> {
        let payload = self.token.split('.').nth(1)?;
        let json = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&json).ok()
    }

    /// How long the token is still good; zero when it has expired, `None` when it doesn't say.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        let expires = Duration::from_secs(self.claims()?.exp);
        Some(expires.saturating_sub(since_1970()))
    }

    /// Tells accounts apart, whatever their present token.
    pub(crate) fn account(&self) -> String {
        match self.claims() {
            Some(claims) => format!("{}/{}", claims.collection_id, claims.id),
            None => self.token.clone(),
        }
    }

    /// Whether there is a token that has not expired.
    #[must_use]
    pub fn is_valid(&self) -> bool {
        !self.token.is_empty() && self.remaining().is_none_or(|left| !left.is_zero())
    }
}

impl std::fmt::Debug for Session {
    /// Leaves the token out, so that it does not end up in a log.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let id = self.record.get("id").and_then(Value::as_str).unwrap_or_default();
        formatter.debug_struct("Session").field("record", &id).finish_non_exhaustive()
    }
}

/// The part of a token that a client may read.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claims {
    /// Seconds since 1970 at which it expires.
    pub exp: u64,
    /// The account's id.
    #[serde(default)]
    pub id: String,
    /// The account's collection.
    #[serde(default)]
    pub collection_id: String,
    /// Whether the server will give a newer one for it.
    #[serde(default)]
    pub refreshable: bool,
}

/// Time since 1970 by this machine's clock.
pub(crate) fn since_1970() -> Duration {
    SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default()
}

#[cfg(test)]
pub(crate) fn token_for_tests(expires_in: i64, refreshable: bool) -> String {
    let expires = i64::try_from(since_1970().as_secs()).unwrap() + expires_in;
    let claims = serde_json::json!({
        "exp": expires, "id": "u1", "collectionId": "users", "refreshable": refreshable,
    });
    format!("e30.{}.sig", URL_SAFE_NO_PAD.encode(claims.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(token: String) -> Session {
        Session { token, record: Value::Null }
    }

    #[test]
    fn an_expired_token_is_not_valid() {
        assert!(session(token_for_tests(60, true)).is_valid());
        assert!(!session(token_for_tests(-60, true)).is_valid());
        assert!(!session(String::new()).is_valid());
    }

    #[test]
    fn a_token_of_another_kind_is_left_to_the_server() {
        let opaque = session("key_123".into());
        assert!(opaque.claims().is_none() && opaque.is_valid());
    }

    #[test]
    fn a_session_in_a_log_shows_no_token() {
        let text = format!("{:?}", session(token_for_tests(60, true)));
        assert!(!text.contains("e30"), "{text}");
    }
}
