//! Headers that every answer carries.

use actix_web::middleware::DefaultHeaders;

/// No sniffing of types, no framing by other sites, no shared window.
pub(crate) fn security_headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add(("X-Content-Type-Options", "nosniff"))
        .add(("X-Frame-Options", "SAMEORIGIN"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
}
