//! How often a client may ask.

use actix_web::dev::ServiceRequest;
use underpin_domain::{
    Backend, OpContext,
    limits::{Action, Asked},
};
use underpin_model::DomainResult;

/// Counts a request.
///
/// # Errors
/// `TooMany` for one too many.
pub(super) fn count(
    backend: &Backend,
    ctx: &OpContext,
    request: &ServiceRequest,
) -> DomainResult<()> {
    let settings = backend.settings.current();
    if !settings.rate_limits.enabled {
        return Ok(());
    }
    // The path as the routes see it: another spelling of the same one is no other.
    let (method, path) = (request.method().as_str(), request.match_info().as_str());
    let asked = Asked { method, path, action: action(backend, method, path) };
    backend.limiter.count(&settings, ctx, &asked)
}

/// What a request does with the records of a collection.
fn action(backend: &Backend, method: &str, path: &str) -> Option<Action> {
    let (collection, names) = deed(method, path)?;
    let snapshot = backend.schema.snapshot();
    Some(Action { collection: snapshot.find(collection)?.name.clone(), names })
}

/// The collection that a path names, and what rules call the deed.
fn deed<'p>(method: &str, path: &'p str) -> Option<(&'p str, &'static [&'static str])> {
    let parts: Vec<&str> = path.strip_prefix("/api/")?.split('/').collect();
    let (collection, names): (_, &'static [&'static str]) = match (method, parts.as_slice()) {
        ("GET" | "HEAD", ["files", collection, _, _]) => (collection, &["file"]),
        ("GET" | "HEAD", ["collections", collection, "records"]) => (collection, &["list"]),
        ("GET" | "HEAD", ["collections", collection, "records", _]) => (collection, &["view"]),
        ("POST", ["collections", collection, "records"]) => (collection, &["create"]),
        ("PATCH", ["collections", collection, "records", _]) => (collection, &["update"]),
        ("DELETE", ["collections", collection, "records", _]) => (collection, &["delete"]),
        ("GET" | "HEAD", ["collections", collection, "auth-methods"]) => {
            (collection, &["listAuthMethods"])
        }
        ("POST", ["collections", collection, deed]) => (collection, auth_deed(deed)?),
        _ => return None,
    };
    Some((collection, names))
}

fn auth_deed(deed: &str) -> Option<&'static [&'static str]> {
    Some(match deed {
        "auth-refresh" => &["authRefresh"],
        "auth-with-password" => &["authWithPassword", "auth"],
        "auth-with-oauth2" => &["authWithOAuth2", "auth"],
        "auth-with-otp" => &["authWithOTP", "auth"],
        "request-otp" => &["requestOTP"],
        "request-password-reset" => &["requestPasswordReset"],
        "confirm-password-reset" => &["confirmPasswordReset"],
        "request-verification" => &["requestVerification"],
        "confirm-verification" => &["confirmVerification"],
        "request-email-change" => &["requestEmailChange"],
        "confirm-email-change" => &["confirmEmailChange"],
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deeds_have_their_names() {
        let named = |method, path| deed(method, path).map(|(_, names)| names.join(" "));
        let records = "/api/collections/posts/records";
        assert_eq!(named("HEAD", records).as_deref(), Some("list"));
        assert_eq!(named("DELETE", "/api/collections/posts/records/x").as_deref(), Some("delete"));
        assert_eq!(named("GET", "/api/files/posts/x/a.png").as_deref(), Some("file"));
        let sign_in = "/api/collections/users/auth-with-otp";
        assert_eq!(named("POST", sign_in).as_deref(), Some("authWithOTP auth"));
        for (method, path) in [
            ("GET", sign_in),
            ("PUT", records),
            ("GET", "/api/collections/posts"),
            ("GET", "/api/health"),
            ("GET", "/x"),
            ("POST", "/api/files/token"),
        ] {
            assert_eq!(named(method, path), None, "{method} {path}");
        }
    }
}
