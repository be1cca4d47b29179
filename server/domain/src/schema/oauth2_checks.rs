//! Checks of the providers that people may sign in with.

use std::collections::HashSet;

use underpin_credentials::oauth2::provider;
use underpin_model::{
    ErrorCode, ErrorTree, FieldError,
    auth_options::{OAuth2Options, OAuth2Provider},
    field::is_url,
};

/// Errors of the options, unless the whole is off.
pub(super) fn check(oauth2: &OAuth2Options) -> ErrorTree {
    let mut errors = ErrorTree::default();
    if !oauth2.enabled {
        return errors;
    }
    let (mut providers, mut names) = (ErrorTree::default(), HashSet::new());
    for (place, provider) in oauth2.providers.iter().enumerate() {
        let mut own = check_provider(provider);
        if !names.insert(provider.name.as_str()) {
            own.put("name", named(ErrorCode::DuplicatedProvider, provider, "is listed already"));
        }
        providers.put_branch(&place.to_string(), own);
    }
    errors.put_branch("providers", providers);
    errors
}

fn check_provider(provider: &OAuth2Provider) -> ErrorTree {
    let mut errors = ErrorTree::default();
    for (name, text) in [
        ("name", &provider.name),
        ("clientId", &provider.client_id),
        ("clientSecret", &provider.client_secret),
    ] {
        if text.is_empty() {
            errors.put(name, ErrorCode::Required);
        }
    }
    if provider::by_name(&provider.name).is_none() {
        errors.put("name", named(ErrorCode::MissingProvider, provider, "is no provider"));
    }
    for (name, address) in [
        ("authURL", &provider.auth_url),
        ("tokenURL", &provider.token_url),
        ("userInfoURL", &provider.user_info_url),
    ] {
        if !address.is_empty() && !is_url(address) {
            errors.put(name, ErrorCode::IsUrl);
        }
    }
    errors
}

fn named(code: ErrorCode, provider: &OAuth2Provider, what: &str) -> FieldError {
    let message = format!("\"{}\" {what}.", provider.name.escape_debug());
    FieldError::with_message(code, message).param("name", provider.name.as_str())
}
