//! The requests of a batch as they are sent.

use std::collections::BTreeMap;

use underpin_domain::records::BatchLimits;
use underpin_model::{
    DomainError, DomainResult, ErrorCode, ErrorTree, FieldError, Json, JsonMap, limits,
};

/// The methods that may be named, whether or not a batch can carry them out.
const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// One request of a batch.
pub(crate) struct SentRequest {
    pub(crate) method: String,
    pub(crate) url: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: JsonMap,
}

/// Reads the requests of a body.
///
/// # Errors
/// `Invalid` when it has another form, has too many requests, or one names no method or address.
pub(crate) fn read(mut body: JsonMap, allowed: &BatchLimits) -> DomainResult<Vec<SentRequest>> {
    let requests = match take(&mut body, "requests")? {
        Json::Null => Vec::new(),
        Json::Array(items) => items,
        _ => return Err(unread()),
    };
    let requests: Vec<SentRequest> =
        requests.into_iter().map(read_one).collect::<DomainResult<_>>()?;
    allowed.check_count(requests.len())?;
    let mut errors = ErrorTree::default();
    for (place, request) in requests.iter().enumerate() {
        errors.put_branch(&place.to_string(), request.check());
    }
    let mut below = ErrorTree::default();
    below.put_branch("requests", errors);
    below.into_result("The batch is refused.")?;
    Ok(requests)
}

fn read_one(item: Json) -> DomainResult<SentRequest> {
    let Json::Object(mut item) = item else { return Err(unread()) };
    let mut headers = BTreeMap::new();
    for (name, value) in map(take(&mut item, "headers")?)? {
        headers.insert(name, text(value)?);
    }
    Ok(SentRequest {
        method: text(take(&mut item, "method")?)?,
        url: text(take(&mut item, "url")?)?,
        headers,
        body: map(take(&mut item, "body")?)?,
    })
}

impl SentRequest {
    fn check(&self) -> ErrorTree {
        let mut errors = ErrorTree::default();
        if self.method.is_empty() {
            errors.put("method", ErrorCode::Required);
        } else if !METHODS.contains(&self.method.as_str()) {
            errors.put("method", ErrorCode::InInvalid);
        }
        if self.url.is_empty() {
            errors.put("url", ErrorCode::Required);
        } else if self.url.len() > limits::MAX_BATCH_URL_BYTES {
            errors.put("url", FieldError::too_long(limits::MAX_BATCH_URL_BYTES));
        }
        errors
    }
}

/// Takes the value of a key out, whatever its case; null when it is missing.
fn take(map: &mut JsonMap, key: &str) -> DomainResult<Json> {
    let mut spellings = map.keys().filter(|sent| sent.eq_ignore_ascii_case(key)).cloned();
    let found = spellings.next();
    if spellings.next().is_some() {
        return Err(unread());
    }
    drop(spellings);
    Ok(found.and_then(|key| map.remove(&key)).unwrap_or_default())
}

fn text(value: Json) -> DomainResult<String> {
    match value {
        Json::Null => Ok(String::new()),
        Json::String(text) => Ok(text),
        _ => Err(unread()),
    }
}

fn map(value: Json) -> DomainResult<JsonMap> {
    match value {
        Json::Null => Ok(JsonMap::new()),
        Json::Object(map) => Ok(map),
        _ => Err(unread()),
    }
}

fn unread() -> DomainError {
    DomainError::bad_request("The submitted batch can't be read.")
}
