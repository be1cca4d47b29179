//! Request bodies, read after the caller is known.

use actix_web::{
    HttpMessage, HttpRequest,
    web::{self, Bytes},
};
use futures_util::StreamExt;
use underpin_domain::{Backend, records::Submission};
use underpin_model::{Collection, DomainError, DomainResult, Json, JsonMap, limits};

use super::{form_values, multipart, patience::patient, room};
use crate::wire::strict_json;

/// The body as a JSON object. Forms are taken as well; then every value is a text.
///
/// # Errors
/// `Invalid` for bodies that are no JSON object, `TooLarge` for large ones.
pub(crate) async fn json_body(
    request: &HttpRequest,
    payload: web::Payload,
) -> DomainResult<JsonMap> {
    if is_multipart(request) {
        return multipart::read_texts(request, payload).await;
    }
    json_object(request, payload, limits::MAX_BODY_BYTES).await
}

/// The body as a JSON object of at most so many bytes.
///
/// # Errors
/// As [`json_body`].
pub(super) async fn json_object(
    request: &HttpRequest,
    payload: web::Payload,
    most: usize,
) -> DomainResult<JsonMap> {
    let bytes = read(request, payload, most).await?;
    match request.content_type() {
        _ if bytes.is_empty() => return Ok(JsonMap::new()),
        FORM => return Ok(form(&bytes)),
        kind if kind.eq_ignore_ascii_case("application/json") => {}
        _ => return Err(DomainError::bad_request("The request body must be JSON or a form.")),
    }
    strict_json::read_object(&bytes).map_err(|reason| {
        DomainError::bad_request(format!("The request body can't be read: {reason}."))
    })
}

/// A submitted record: JSON, or a multipart form with files.
///
/// # Errors
/// As [`json_body`].
pub(crate) async fn submission(
    request: &HttpRequest,
    payload: web::Payload,
    backend: &Backend,
    collection: &Collection,
) -> DomainResult<Submission> {
    if is_multipart(request) {
        return multipart::read(request, payload, backend, collection).await;
    }
    let mut body = json_object(request, payload, room::of_texts(collection)).await?;
    if request.content_type() == FORM {
        let payload = body.remove(form_values::JSON_PART);
        body = form_values::values(body);
        if let Some(Json::String(text)) = payload {
            form_values::lay_over(&mut body, form_values::read_payload(&text)?)?;
        }
    }
    Ok(Submission { body, uploads: Vec::new() })
}

/// The type of forms without files.
const FORM: &str = "application/x-www-form-urlencoded";

/// Whether the body is a form that may have files.
pub(super) fn is_multipart(request: &HttpRequest) -> bool {
    request.content_type().eq_ignore_ascii_case("multipart/form-data")
}

/// How much room a body gets before any of it has come: what a client declares costs nothing.
const FIRST_BYTES: usize = 64 * 1024;

async fn read(request: &HttpRequest, payload: web::Payload, most: usize) -> DomainResult<Bytes> {
    let mut payload = patient(request, payload)?;
    let declared = request.headers().get("content-length").and_then(|value| value.to_str().ok());
    let declared: usize = declared.and_then(|text| text.parse().ok()).unwrap_or(0);
    if declared > most {
        return Err(DomainError::TooLarge);
    }
    let mut body = web::BytesMut::with_capacity(declared.min(FIRST_BYTES));
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| DomainError::bad_request("The request body broke off."))?;
        if body.len() + chunk.len() > most {
            return Err(DomainError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn form(bytes: &[u8]) -> JsonMap {
    let mut map = JsonMap::new();
    for (key, value) in url::form_urlencoded::parse(bytes) {
        multipart::put_text(&mut map, &key, value.into_owned());
    }
    map
}
