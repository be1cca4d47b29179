//! Checks of an auth collection's sign-in options.

use underpin_model::{
    Collection, ErrorCode, ErrorTree, FieldError,
    auth_options::{AuthOptions, MailTemplate, MfaOptions, OtpOptions, TokenOptions},
};

use super::{index_checks::has_unique_index, next::Next, oauth2_checks, rule_checks};

/// Shortest and longest life of a token, in seconds: 10 s to about three years.
const TOKEN_SECONDS: [i64; 2] = [10, 94_670_856];
/// Shortest and longest life of a one-time password or a first factor, in seconds: up to a day.
const SHORT_SECONDS: [i64; 2] = [10, 86_400];
/// Shortest one-time password, in digits.
const MIN_OTP_LENGTH: i64 = 4;
/// Shortest and longest signing secret, in bytes.
const SECRET_BYTES: std::ops::RangeInclusive<usize> = 30..=255;

/// Errors of the options by their name.
pub(super) fn check(next: &Next, draft: &Collection) -> ErrorTree {
    let mut errors = ErrorTree::default();
    let Some(auth) = &draft.auth else { return errors };
    for (name, token) in tokens(auth) {
        errors.put_branch(name, check_token(token));
    }
    for (name, template) in [
        ("verificationTemplate", &auth.verification_template),
        ("resetPasswordTemplate", &auth.reset_password_template),
        ("confirmEmailChangeTemplate", &auth.confirm_email_change_template),
    ] {
        errors.put_branch(name, check_template(template));
    }
    let mut alert = ErrorTree::default();
    alert.put_branch("emailTemplate", check_template(&auth.auth_alert.email_template));
    errors.put_branch("authAlert", alert);
    errors.put_branch("passwordAuth", check_password(draft, auth));
    errors.put_branch("otp", check_otp(&auth.otp));
    errors.put_branch("mfa", check_mfa(next, draft, auth, &auth.mfa));
    errors.put_branch("oauth2", oauth2_checks::check(&auth.oauth2));
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
    check_number(&mut errors, "duration", token.duration, TOKEN_SECONDS);
    if token.secret.is_empty() {
        errors.put("secret", ErrorCode::Required);
    } else if !SECRET_BYTES.contains(&token.secret.len()) {
        let (least, most) = (*SECRET_BYTES.start(), *SECRET_BYTES.end());
        errors.put("secret", FieldError::out_of_length(least, most));
    }
    errors
}

fn check_template(template: &MailTemplate) -> ErrorTree {
    let mut errors = ErrorTree::default();
    for (name, text) in [("subject", &template.subject), ("body", &template.body)] {
        if text.is_empty() {
            errors.put(name, ErrorCode::Required);
        }
    }
    errors
}

fn check_number(errors: &mut ErrorTree, name: &str, number: i64, [least, most]: [i64; 2]) {
    if number == 0 {
        errors.put(name, ErrorCode::Required);
    } else if number < least {
        errors.put(name, FieldError::below(least));
    } else if number > most {
        errors.put(name, FieldError::above(most));
    }
}

fn check_password(draft: &Collection, auth: &AuthOptions) -> ErrorTree {
    let mut errors = ErrorTree::default();
    if !auth.password_auth.enabled {
        return errors;
    }
    let names = &auth.password_auth.identity_fields;
    if names.is_empty() || names.iter().any(String::is_empty) {
        errors.put("identityFields", ErrorCode::Required);
    }
    for name in names {
        if draft.field(name).is_none() {
            let message = format!("There is no field \"{}\".", name.escape_debug());
            let error = FieldError::with_message(ErrorCode::MissingField, message);
            errors.put("identityFields", error.param("fieldName", name.as_str()));
        } else if !has_unique_index(draft, name) {
            let message = format!("The field \"{name}\" needs a unique index.");
            let error = FieldError::with_message(ErrorCode::MissingUniqueIndex, message);
            errors.put("identityFields", error.param("fieldName", name.as_str()));
        }
    }
    errors
}

fn check_otp(otp: &OtpOptions) -> ErrorTree {
    let mut errors = ErrorTree::default();
    errors.put_branch("emailTemplate", check_template(&otp.email_template));
    if otp.enabled {
        check_number(&mut errors, "length", otp.length, [MIN_OTP_LENGTH, i64::MAX]);
        check_number(&mut errors, "duration", otp.duration, SHORT_SECONDS);
    }
    errors
}

fn check_mfa(next: &Next, draft: &Collection, auth: &AuthOptions, mfa: &MfaOptions) -> ErrorTree {
    let mut errors = ErrorTree::default();
    if !mfa.enabled {
        return errors;
    }
    check_number(&mut errors, "duration", mfa.duration, SHORT_SECONDS);
    let methods = [auth.password_auth.enabled, auth.otp.enabled, auth.oauth2.enabled];
    if errors.is_empty() && methods.into_iter().filter(|enabled| *enabled).count() < 2 {
        errors.put("enabled", ErrorCode::MfaNotEnoughAuths);
    }
    if !mfa.rule.is_empty()
        && let Err(error) = rule_checks::check_rule(next, draft, &mfa.rule)
    {
        errors.put("rule", error);
    }
    errors
}
