//! Checks of an auth collection's sign-in options.

use std::ops::RangeInclusive;

use underpin_model::{
    Collection, ErrorCode, ErrorTree, FieldError,
    auth_options::{AuthOptions, TokenOptions},
};

use super::index_checks::has_unique_index;

/// Shortest and longest life of a token, in seconds: 10 s to about three years.
const TOKEN_SECONDS: RangeInclusive<i64> = 10..=94_670_856;
/// Shortest and longest life of a one-time password and of a half-made sign-in, in seconds: 10 s
/// to a day.
const OTP_SECONDS: RangeInclusive<i64> = 10..=86_400;
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
        put_range(&mut otp, "length", auth.otp.length, MIN_OTP_LENGTH..=i64::MAX);
        put_range(&mut otp, "duration", auth.otp.duration, OTP_SECONDS);
        errors.put_branch("otp", otp);
    }
    if auth.mfa.enabled {
        let mut mfa = ErrorTree::default();
        put_range(&mut mfa, "duration", auth.mfa.duration, OTP_SECONDS);
        let methods = [auth.password_auth.enabled, auth.otp.enabled, auth.oauth2.enabled];
        if mfa.is_empty() && methods.into_iter().filter(|enabled| *enabled).count() < 2 {
            mfa.put("enabled", ErrorCode::MfaNotEnoughAuths);
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
    put_range(&mut errors, "duration", token.duration, TOKEN_SECONDS);
    if !(30..=255).contains(&token.secret.len()) {
        errors.put("secret", FieldError::out_of_length(30, 255));
    }
    errors
}

fn put_range(errors: &mut ErrorTree, name: &str, number: i64, range: RangeInclusive<i64>) {
    if number == 0 {
        errors.put(name, ErrorCode::Required);
    } else if number < *range.start() {
        errors.put(name, FieldError::below(*range.start()));
    } else if number > *range.end() {
        errors.put(name, FieldError::above(*range.end()));
    }
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
            let error = FieldError::new(code).param("fieldName", name.as_str());
            errors.put("identityFields", error);
        }
    }
    errors
}
