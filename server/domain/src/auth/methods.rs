//! Which ways of signing in a collection offers.

use serde_json::json;
use underpin_model::{Collection, DomainError, DomainResult, Json};

/// The ways of signing in, in the form of the web API; the keys of older clients included.
///
/// # Errors
/// `NotFound` for collections that are not for signing in.
pub fn methods(collection: &Collection) -> DomainResult<Json> {
    let auth = collection.auth.as_ref().ok_or(DomainError::NotFound)?;
    let password = &auth.password_auth;
    let by_name =
        |name: &str| password.enabled && password.identity_fields.iter().any(|field| field == name);
    let lasting = |enabled: bool, seconds: i64| if enabled { seconds } else { 0 };
    Ok(json!({
        "password": {
            "enabled": password.enabled,
            "identityFields": if password.enabled { password.identity_fields.clone() } else { Vec::new() },
        },
        "oauth2": { "enabled": false, "providers": [] },
        "mfa": { "enabled": auth.mfa.enabled, "duration": lasting(auth.mfa.enabled, auth.mfa.duration) },
        "otp": { "enabled": auth.otp.enabled, "duration": lasting(auth.otp.enabled, auth.otp.duration) },
        "authProviders": [],
        "usernamePassword": by_name("username"),
        "emailPassword": by_name("email"),
    }))
}
