//! Entries: what is kept of an answered request, and of a message of the server.

use std::{borrow::Cow, net::IpAddr, time::Duration};

use serde::Serialize;
use underpin_model::{Json, JsonMap, Principal, Timestamp, id};
use underpin_storage::NewLog;

use super::clean;
use crate::{Backend, settings};

/// Longest address, in characters.
const MAX_URL: usize = 3_000;
/// Longest other text, in characters.
const MAX_TEXT: usize = 2_000;
/// Longest text when an entry is too large as a whole.
const SHORT_TEXT: usize = 200;
/// Largest details when the settings name no size, in bytes.
const DEFAULT_DATA_BYTES: usize = 16 * 1024;
/// What stands in place of details that are too large.
const TOO_LARGE: &str = "(too large)";

/// How grave an entry is. The numbers are those of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// For developers.
    Debug,
    /// As it should be.
    Info,
    /// Somebody should know.
    Warning,
    /// It failed.
    Error,
}

impl Level {
    fn number(self) -> i32 {
        match self {
            Self::Debug => -4,
            Self::Info => 0,
            Self::Warning => 4,
            Self::Error => 8,
        }
    }
}

/// A request that was answered.
pub struct AnsweredRequest<'a> {
    /// Its method.
    pub method: &'a str,
    /// Path and query as they were sent.
    pub url: &'a str,
    /// The status of the answer.
    pub status: u16,
    /// The header `Referer`; empty when there was none.
    pub referer: &'a str,
    /// The header `User-Agent`; empty when there was none.
    pub user_agent: &'a str,
    /// The other end of the connection.
    pub remote_ip: Option<IpAddr>,
    /// The client's address: another one behind a proxy that is trusted.
    pub user_ip: Option<IpAddr>,
    /// How long the answer took.
    pub took: Duration,
    /// Who asked, as far as that was found out.
    pub who: Option<&'a Principal>,
    /// The request's id, as the answer carries it.
    pub request_id: &'a str,
    /// Why it was refused or failed.
    pub failure: Option<Failure>,
}

/// Why a request was refused or failed.
pub struct Failure {
    /// What the client was told.
    pub message: String,
    /// The fields at fault, or what only superusers may know.
    pub details: Json,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RequestData<'a> {
    auth: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    auth_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    details: Option<Json>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    exec_time: f64,
    method: &'a str,
    referer: Cow<'a, str>,
    #[serde(rename = "remoteIP", skip_serializing_if = "Option::is_none")]
    remote_ip: Option<String>,
    request_id: &'a str,
    status: u16,
    r#type: &'static str,
    url: Cow<'a, str>,
    user_agent: Cow<'a, str>,
    #[serde(rename = "userIP", skip_serializing_if = "Option::is_none")]
    user_ip: Option<String>,
}

/// Logs an answered request, if the settings want that.
pub fn request(backend: &Backend, request: AnsweredRequest<'_>) {
    let settings = backend.settings.current();
    let level = if request.status >= 400 { Level::Error } else { Level::Info };
    if !is_wanted(&settings.logs, level) {
        return;
    }
    let url = clean::address(request.url);
    let url = clean::shortened(&url, MAX_URL);
    let method = clean::shortened(request.method, SHORT_TEXT);
    let message = format!("{method} {}", clean::readable(&url));
    let record = request.who.and_then(Principal::record);
    let address = |ip: Option<IpAddr>| {
        settings.logs.log_ip.then(|| ip.map(|ip| ip.to_string()).unwrap_or_default())
    };
    let (error, details) = match request.failure {
        Some(Failure { message, details }) => (Some(text(&message)), Some(cleaned(details))),
        None => (None, None),
    };
    let mut data = RequestData {
        auth: record.map_or("", |record| record.collection().name.as_str()),
        auth_id: record.map(|record| record.id()).filter(|_| settings.logs.log_auth_id),
        details,
        error,
        exec_time: request.took.as_secs_f64() * 1_000.0,
        method: &method,
        referer: sent(request.referer),
        remote_ip: address(request.remote_ip),
        request_id: request.request_id,
        status: request.status,
        r#type: "request",
        url,
        user_agent: sent(request.user_agent),
        user_ip: address(request.user_ip),
    };
    let most = data_bytes(&settings.logs);
    let mut written = json(&data);
    if written.len() > most && data.details.as_ref().is_some_and(|details| !details.is_null()) {
        data.details = Some(Json::from(TOO_LARGE));
        written = json(&data);
    }
    if written.len() > most {
        for text in [&mut data.url, &mut data.referer, &mut data.user_agent] {
            *text = Cow::Owned(clean::shortened(text, SHORT_TEXT).into_owned());
        }
        written = json(&data);
    }
    backend.logs.put(entry(backend.clock.now(), level, message, written));
}

/// Logs a message of the server, if the settings want that. Fields with names of secrets are
/// hidden.
pub fn note(backend: &Backend, level: Level, message: &str, fields: JsonMap) {
    let settings = backend.settings.current();
    if !is_wanted(&settings.logs, level) {
        return;
    }
    let mut data = json(&cleaned(Json::Object(fields)));
    if data.len() > data_bytes(&settings.logs) {
        data = json(&serde_json::json!({ "details": TOO_LARGE }));
    }
    backend.logs.put(entry(backend.clock.now(), level, text(message), data));
}

/// What may be kept of a text elsewhere: its beginning, without the tokens in it.
pub(crate) fn kept(text: &str) -> String {
    clean::shortened(&clean::without_tokens(text), MAX_TEXT).into_owned()
}

/// An entry with an id that comes after those of earlier ones.
pub(super) fn entry(now: Timestamp, level: Level, message: String, data: String) -> NewLog {
    let id = growing_id(now);
    NewLog { id, created: now.to_string(), level: level.number(), message, data }
}

fn is_wanted(settings: &settings::Logs, level: Level) -> bool {
    settings.max_days > 0 && i64::from(level.number()) >= settings.min_level
}

fn data_bytes(settings: &settings::Logs) -> usize {
    match usize::try_from(settings.max_data_size) {
        Ok(0) | Err(_) => DEFAULT_DATA_BYTES,
        Ok(most) => most,
    }
}

/// 15 characters as of a record's id: the moment, then chance.
fn growing_id(now: Timestamp) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut rest = now.millis().max(0);
    let mut moment = [b'0'; 8];
    for digit in moment.iter_mut().rev() {
        let at = usize::try_from(rest % 36).unwrap_or_default();
        *digit = DIGITS.get(at).copied().unwrap_or(b'0');
        rest /= 36;
    }
    let mut id = String::from_utf8_lossy(&moment).into_owned();
    id.push_str(&id::random_lowercase(id::RECORD_ID_LENGTH - moment.len()));
    id
}

/// A header's value: an address perhaps, and as long as its sender liked.
fn sent(header: &str) -> Cow<'_, str> {
    if header.is_empty() {
        return Cow::Borrowed(header);
    }
    Cow::Owned(legible(&clean::address(header)))
}

/// A text that is not an address.
fn text(text: &str) -> String {
    legible(&clean::without_tokens(text))
}

fn legible(text: &str) -> String {
    clean::shortened(&clean::printable(text), MAX_TEXT).into_owned()
}

/// A document without secrets, of texts that can be read.
fn cleaned(json: Json) -> Json {
    match json {
        Json::String(value) => Json::String(text(&value)),
        Json::Array(items) => items.into_iter().map(cleaned).collect(),
        Json::Object(map) => {
            let clean = |(name, value): (String, Json)| {
                let hides = clean::is_secret(&name) && !value.is_object() && !value.is_array();
                let value = if hides { Json::from(clean::HIDDEN) } else { cleaned(value) };
                (text(&name), value)
            };
            Json::Object(map.into_iter().map(clean).collect())
        }
        other => other,
    }
}

fn json(data: &impl Serialize) -> String {
    serde_json::to_string(data).unwrap_or_else(|_| "{}".to_owned())
}
