//! Compressed answers for clients that take them.
//!
//! Left as they are: streams of events, which must not wait for more; parts of files; stored files
//! and pictures, which are compressed already or known by their entity tag; short answers; and
//! answers that carry a token, since the length of a compressed answer tells of its contents.

use actix_http::encoding::Encoder;
use actix_web::{
    Error, HttpMessage,
    body::{BodySize, BoxBody, EitherBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode,
        header::{
            AcceptEncoding, CONTENT_ENCODING, CONTENT_RANGE, CONTENT_TYPE, ContentEncoding, ETAG,
            Encoding, Header, HeaderValue, VARY,
        },
    },
    middleware::Next,
};

/// Shorter bodies are not worth it.
const MIN_BYTES: u64 = 1_024;
/// Kinds of content that compress well; texts of every kind besides.
const KINDS: [&str; 8] = [
    "application/json",
    "application/javascript",
    "application/manifest+json",
    "application/wasm",
    "application/xml",
    "application/xhtml+xml",
    "image/svg+xml",
    "image/vnd.microsoft.icon",
];
/// What is sent in this kind must arrive at once.
const EVENTS: &str = "text/event-stream";
/// Encodings that we have, the best one first.
const SUPPORTED: [ContentEncoding; 3] =
    [ContentEncoding::Brotli, ContentEncoding::Zstd, ContentEncoding::Gzip];

/// Compresses an answer if that makes sense and the client takes it.
pub(crate) async fn compression<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<BoxBody, B>>, Error> {
    let mut response = next.call(request).await?;
    if !is_worth_it(&response) || carries_a_token(response.request().path()) {
        return Ok(response.map_into_right_body());
    }
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-encoding"));
    let Some(encoding) = wanted(response.request()) else {
        return Ok(response.map_into_right_body());
    };
    let encoded = response.map_body(|head, body| Encoder::response(encoding, head, body).boxed());
    Ok(encoded.map_into_left_body())
}

/// The best of our encodings that the client takes.
fn wanted(request: &impl HttpMessage) -> Option<ContentEncoding> {
    let accepted = AcceptEncoding::parse(request).ok()?;
    let ours = SUPPORTED.map(Encoding::Known);
    let chosen = accepted.negotiate(ours.iter())?;
    SUPPORTED.into_iter().find(|ours| Encoding::Known(*ours) == chosen)
}

/// Whether the answer to a path holds a session or another token.
fn carries_a_token(path: &str) -> bool {
    let is_below = |part: &str| path.contains(part);
    path.starts_with("/api/") && ["/auth-", "/impersonate/", "/token"].into_iter().any(is_below)
}

fn is_worth_it<B: MessageBody>(response: &ServiceResponse<B>) -> bool {
    let headers = response.headers();
    let is_whole = response.status() == StatusCode::OK && !headers.contains_key(CONTENT_RANGE);
    let is_plain = !headers.contains_key(CONTENT_ENCODING) && !headers.contains_key(ETAG);
    let is_long = match response.response().body().size() {
        BodySize::None => false,
        BodySize::Sized(bytes) => bytes >= MIN_BYTES,
        BodySize::Stream => true,
    };
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let fits = (kind.starts_with("text/") && kind != EVENTS) || KINDS.contains(&kind);
    is_whole && is_plain && is_long && fits
}

#[cfg(test)]
mod tests {
    use actix_web::{http::header::ACCEPT_ENCODING, test::TestRequest};

    use super::*;

    fn chosen(accepted: &str) -> Option<ContentEncoding> {
        let request = TestRequest::default().insert_header((ACCEPT_ENCODING, accepted));
        wanted(&request.to_srv_request())
    }

    #[test]
    fn the_best_encoding_that_a_client_takes_is_chosen() {
        assert_eq!(chosen("gzip, deflate, br, zstd"), Some(ContentEncoding::Brotli));
        assert_eq!(chosen("gzip, zstd"), Some(ContentEncoding::Zstd));
        assert_eq!(chosen("gzip;q=1.0, br;q=0.5"), Some(ContentEncoding::Gzip));
        assert_eq!(chosen("gzip"), Some(ContentEncoding::Gzip));
        for none in ["identity", "gzip;q=0", "deflate", "", "nonsense;;"] {
            assert_eq!(chosen(none), None, "{none}");
        }
        assert_eq!(wanted(&TestRequest::default().to_srv_request()), None);
    }

    #[test]
    fn answers_with_tokens_are_known_by_their_path() {
        for path in ["/api/collections/users/auth-with-password", "/api/files/token"] {
            assert!(carries_a_token(path), "{path}");
        }
        for path in ["/api/collections/users/records", "/token.js", "/api/settings"] {
            assert!(!carries_a_token(path), "{path}");
        }
    }
}
