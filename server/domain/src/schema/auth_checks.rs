//! Checks of an auth collection's sign-in options.

use underpin_model::{
    Collection, ErrorCode, ErrorTree,
    auth_options::{AuthOptions, TokenOptions},
};

use super::index_checks::has_unique_index;

/// Shortest and longest life of a token, in seconds: 10 s to about three years.
const TOKEN_SECONDS: std::ops::RangeInclusive<i64> = 10..=94_670_856;
/// Shortest one-time password, in digits.
const MIN_OTP_LENGTH: i64 = 4;

/// Errors of the options by their name.
pub(super) fn check(draft: &Collection) -> ErrorTree {
    let mut errors = ErrorTree::default();
    let Some(auth) = &draft.auth else { return errors };
    for (name, token) in tokens(auth) {
        errors.put_branch(name, check_token(token));
    }
    errors.put_branch("passwordAuth", check_password(draft, auth));
    if auth.otp.enabled {
        let mut otp = ErrorTree::default();
        if auth.otp.length < MIN_OTP_LENGTH {
            otp.put("length", ErrorCode::MinGreaterEqualThanRequired);
        }
        if !TOKEN_SECONDS.contains(&auth.otp.duration) {
            otp.put("duration", ErrorCode::MinGreaterEqualThanRequired);
        }
        errors.put_branch("otp", otp);
    }
    if auth.mfa.enabled {
        let mut mfa = ErrorTree::default();
        if !TOKEN_SECONDS.contains(&auth.mfa.duration) {
            mfa.put("duration", ErrorCode::MinGreaterEqualThanRequired);
        }
        let methods = [auth.password_auth.enabled, auth.otp.enabled, auth.oauth2.enabled];
        if methods.into_iter().filter(|enabled| *enabled).count() < 2 {
            mfa.put("enabled", ErrorCode::NotEnoughValues);
        }
        errors.put_branch("mfa", mfa);
    }
    errors
}

fn tokens(auth: &AuthOptions) -> [(&'static str, &TokenOptions); 5] {
    [
        ("authToken", &auth.auth_token),
        ("passwordResetToken", &auth.password_reset_token),
        ("emailChangeToken", &auth.email_change_token),
        ("verificationToken", &auth.verification_token),
        ("fileToken", &auth.file_token),
    ]
}

fn check_token(token: &TokenOptions) -> ErrorTree {
    let mut errors = ErrorTree::default();
    if token.duration < *TOKEN_SECONDS.start() {
        errors.put("duration", ErrorCode::MinGreaterEqualThanRequired);
    } else if token.duration > *TOKEN_SECONDS.end() {
        errors.put("duration", ErrorCode::MaxLessEqualThanRequired);
    }
    if !(30..=255).contains(&token.secret.len()) {
        errors.put("secret", ErrorCode::LengthOutOfRange);
    }
    errors
}

fn check_password(draft: &Collection, auth: &AuthOptions) -> ErrorTree {
    let mut errors = ErrorTree::default();
    if auth.password_auth.enabled && auth.password_auth.identity_fields.is_empty() {
        errors.put("identityFields", ErrorCode::Required);
    }
    for name in &auth.password_auth.identity_fields {
        let problem = match draft.field(name) {
            None => Some(ErrorCode::MissingField),
            Some(_) if !has_unique_index(draft, name) => Some(ErrorCode::MissingUniqueIndex),
            Some(_) => None,
        };
        if let Some(code) = problem {
            errors.put("identityFields", code);
        }
    }
    errors
}
