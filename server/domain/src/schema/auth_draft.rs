//! The sign-in options that a client sends, laid over those that they start from.

use serde_json::json;
use underpin_model::{
    Collection, DomainError, DomainResult, Json, JsonMap, auth_options::AuthOptions,
};

use super::draft::wrong;

/// The options that an auth collection starts with.
pub(super) fn with_secrets() -> AuthOptions {
    let mut auth = AuthOptions::default();
    for token in [
        &mut auth.auth_token,
        &mut auth.password_reset_token,
        &mut auth.email_change_token,
        &mut auth.verification_token,
        &mut auth.file_token,
    ] {
        token.secret = underpin_credentials::random::token_key();
    }
    auth
}

/// Lays a body over sign-in options: keys that are absent stay as they are, a null empties.
pub(super) fn overlay(base: &AuthOptions, body: &JsonMap) -> DomainResult<AuthOptions> {
    let mut merged =
        serde_json::to_value(base).map_err(|e| DomainError::fault("auth options", e))?;
    if let Json::Object(options) = &mut merged {
        for (key, value) in options {
            let Some(sent) = body.get(key) else { continue };
            match key.as_str() {
                "oauth2" => merge_oauth2(value, sent)?,
                _ => merge(value, sent)?,
            }
        }
    }
    serde_json::from_value(merged).map_err(|error| wrong(&error.to_string()))
}

/// Superusers can always sign in by password, never through a provider, and by a one-time
/// password only together with another factor.
pub(super) fn keep_to_superusers(collection: &Collection, auth: &mut AuthOptions) {
    if collection.is_superusers() {
        auth.password_auth.enabled = true;
        auth.oauth2.enabled = false;
        auth.mfa.enabled |= auth.otp.enabled;
    }
}

/// A profile's entries go into fields that are there.
pub(super) fn forget_unknown_fields(collection: &Collection, auth: &mut AuthOptions) {
    let mapped = &mut auth.oauth2.mapped_fields;
    for name in [&mut mapped.id, &mut mapped.name, &mut mapped.username, &mut mapped.avatar_url] {
        if collection.field(name).is_none() {
            name.clear();
        }
    }
}

/// Objects are merged key by key, everything else is replaced.
fn merge(old: &mut Json, sent: &Json) -> DomainResult<()> {
    match (old, sent) {
        (old, Json::Null) => empty(old),
        (Json::Object(old), Json::Object(sent)) => {
            for (key, value) in sent {
                merge(old.entry(key.clone()).or_insert(Json::Null), value)?;
            }
        }
        (Json::Object(_), _) => return Err(wrong("an option must be an object")),
        (old, sent) => *old = sent.clone(),
    }
    Ok(())
}

/// The value that an option has when nothing is said of it.
fn empty(value: &mut Json) {
    match value {
        Json::Null => {}
        Json::Bool(flag) => *flag = false,
        Json::Number(_) => *value = 0.into(),
        Json::String(text) => text.clear(),
        Json::Array(items) => items.clear(),
        Json::Object(map) => map.values_mut().for_each(empty),
    }
}

/// A provider that was there keeps what is not sent of it, above all its secret.
fn merge_oauth2(old: &mut Json, sent: &Json) -> DomainResult<()> {
    let known = old.get("providers").and_then(Json::as_array).cloned().unwrap_or_default();
    merge(old, sent)?;
    let providers = old.get_mut("providers").and_then(Json::as_array_mut);
    for provider in providers.into_iter().flatten() {
        let is_same = |known: &&Json| known.get("name") == provider.get("name");
        let mut whole = known.iter().find(is_same).cloned().unwrap_or_else(new_provider);
        merge_provider(&mut whole, provider)?;
        *provider = whole;
    }
    Ok(())
}

fn new_provider() -> Json {
    json!({
        "name": "", "clientId": "", "clientSecret": "", "authURL": "", "tokenURL": "",
        "userInfoURL": "", "displayName": "", "pkce": null, "extra": {},
    })
}

fn merge_provider(whole: &mut Json, sent: &Json) -> DomainResult<()> {
    let mut rest = sent.clone();
    if let Some(sent) = rest.as_object_mut() {
        for (key, unset) in [("pkce", Json::Null), ("extra", json!({}))] {
            // These are taken whole: null is a choice of its own, and any key may stand inside.
            if let (Some(value), Some(slot)) = (sent.remove(key), whole.get_mut(key)) {
                *slot = if value.is_null() { unset } else { value };
            }
        }
    }
    merge(whole, &rest)
}
