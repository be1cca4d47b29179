//! The letters that an auth collection starts with.
//!
//! They are part of the web API: clients read them as the defaults of a new collection.

use crate::auth_options::MailTemplate;

/// How every letter begins.
const GREETING: &str = "<p>Hello,</p>\n";
/// How every letter ends.
const CLOSING: &str = "<p>\n  Thanks,<br/>\n  {APP_NAME} team\n</p>";

/// Confirms an address.
pub(crate) fn verification() -> MailTemplate {
    let button = button("confirm-verification", "Verify");
    letter(
        "Verify your {APP_NAME} email",
        &format!(
            "<p>Thank you for joining us at {{APP_NAME}}.</p>\n\
             <p>Click on the button below to verify your email address.</p>\n{button}\
             <p><i>If you didn't recently register, please ignore this email.</i></p>\n"
        ),
    )
}

/// Leads to a new password.
pub(crate) fn reset_password() -> MailTemplate {
    let button = button("confirm-password-reset", "Reset password");
    letter(
        "Reset your {APP_NAME} password",
        &format!(
            "<p>Click on the button below to reset your password.</p>\n{button}\
             <p><i>If you didn't ask to reset your password, please ignore this email.</i></p>\n"
        ),
    )
}

/// Confirms a new address.
pub(crate) fn confirm_email_change() -> MailTemplate {
    let button = button("confirm-email-change", "Confirm new email");
    letter(
        "Confirm your {APP_NAME} new email address",
        &format!(
            "<p>Click on the button below to confirm your new email address.</p>\n{button}\
             <p><i>If you didn't ask to change your email address, please ignore this email.</i>\
             </p>\n"
        ),
    )
}

/// Tells of a sign-in from a new place.
pub(crate) fn auth_alert() -> MailTemplate {
    letter(
        "Login from a new location",
        "<p>We noticed a login to your {APP_NAME} account from a new location:</p>\n\
         <p><em>{ALERT_INFO}</em></p>\n\
         <p><strong>If this wasn't you, you should immediately change your {APP_NAME} account \
         password to revoke access from all other locations.</strong></p>\n\
         <p>If this was you, you may disregard this email.</p>\n",
    )
}

/// Brings a one-time password.
pub(crate) fn one_time_password() -> MailTemplate {
    letter(
        "OTP for {APP_NAME}",
        "<p>Your one-time password is: <strong>{OTP}</strong></p>\n\
         <p><i>If you didn't ask for the one-time password, you can ignore this email.</i></p>\n",
    )
}

fn letter(subject: &str, content: &str) -> MailTemplate {
    MailTemplate { subject: subject.to_owned(), body: format!("{GREETING}{content}{CLOSING}") }
}

fn button(page: &str, label: &str) -> String {
    format!(
        "<p>\n  <a class=\"btn\" href=\"{{APP_URL}}/_/#/auth/{page}/{{TOKEN}}\" target=\"_blank\" \
         rel=\"noopener\">{label}</a>\n</p>\n"
    )
}
