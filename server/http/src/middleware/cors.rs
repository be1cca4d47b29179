//! Which sites may call the API from a browser.

use actix_cors::Cors;
use actix_web::http::Method;

/// Stands for every site.
const ANY: &str = "*";
/// How long browsers may go by an answer, in seconds.
const MAX_AGE: usize = 3_600;

/// Sites may call the API as it was configured; credentials travel in a header that scripts set
/// themselves, so that any site may unless it is told otherwise.
pub(crate) fn cors(origins: &[String]) -> Cors {
    let cors = Cors::default().allow_any_header().max_age(MAX_AGE).allowed_methods([
        Method::GET,
        Method::HEAD,
        Method::POST,
        Method::PUT,
        Method::PATCH,
        Method::DELETE,
    ]);
    if origins.iter().any(|origin| origin == ANY) {
        return cors.allow_any_origin().send_wildcard();
    }
    origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
