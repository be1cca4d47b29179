//! How long is waited for more of a body: who sends nothing must not hold a connection for ever.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    error::PayloadError,
    http::header::{HeaderValue, TRANSFER_ENCODING, UPGRADE},
    web::{self, Bytes},
};
use futures_util::{Stream, StreamExt, stream};
use underpin_model::{DomainError, DomainResult};

/// Longest pause between two parts of a body.
const PAUSE: Duration = Duration::from_secs(30);

/// The body's parts; an error after a pause that is too long.
///
/// # Errors
/// `Invalid` for the body of a request that asks for a websocket: where it ends is not known.
pub(super) fn patient(
    request: &HttpRequest,
    payload: web::Payload,
) -> DomainResult<impl Stream<Item = Result<Bytes, PayloadError>> + Unpin + 'static> {
    if has_no_end(request) {
        return Err(DomainError::bad_request("A request for a websocket has no body."));
    }
    let parts = stream::unfold(Some(payload), async |payload| {
        let mut payload = payload?;
        match tokio::time::timeout(PAUSE, payload.next()).await {
            Ok(part) => Some((part?, Some(payload))),
            Err(_) => {
                let late = std::io::Error::from(std::io::ErrorKind::TimedOut);
                Some((Err(PayloadError::Io(late)), None))
            }
        }
    });
    // The reader of forms asks once more behind the end.
    Ok(Box::pin(parts.fuse()))
}

/// Whether what follows the head is taken for frames of a websocket, whatever length it names.
fn has_no_end(request: &HttpRequest) -> bool {
    let headers = request.headers();
    let is_websocket = |value: &HeaderValue| {
        value.to_str().is_ok_and(|value| value.trim().eq_ignore_ascii_case("websocket"))
    };
    headers.get_all(UPGRADE).any(is_websocket) && !headers.contains_key(TRANSFER_ENCODING)
}
