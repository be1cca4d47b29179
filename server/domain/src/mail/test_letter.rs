//! The letter by which a superuser sees whether mails are sent, and what they look like.

use underpin_credentials::{
    Secret, random,
    token::{self, Claims, Purpose},
};
use underpin_model::{
    Collection, DomainError, DomainResult, ErrorCode, ErrorTree, FieldError,
    auth_options::{AuthOptions, MailTemplate},
    collection::SUPERUSERS,
    field::is_email,
};

use super::{Values, send, write};
use crate::{Backend, OpContext};

/// Longest address, in bytes.
const MAX_EMAIL_BYTES: usize = 255;
/// The id of the account that is not there, for whom the letter is.
const NOBODY: &str = "__test_letter__";
/// The code that a letter with a one-time password shows.
const CODE: &str = "123456";

/// A letter that a superuser asks for.
#[derive(Debug, Default)]
pub struct TestLetter {
    /// Where it goes to.
    pub email: String,
    /// Which one it is.
    pub template: String,
    /// Id or name of the collection whose template it is; empty for superusers.
    pub collection: String,
}

/// Which letter it is.
#[derive(Clone, Copy)]
enum Kind {
    Verification,
    PasswordReset,
    EmailChange,
    Otp,
    LoginAlert,
}

/// Sends a letter as an account would get it, and waits until the server has taken it. Its links
/// lead nowhere. For superusers; the caller has checked that.
///
/// # Errors
/// `Invalid` with the entries at fault, or with why it was not sent.
pub async fn send_test_letter(
    backend: &Backend,
    ctx: &OpContext,
    asked: &TestLetter,
) -> DomainResult<()> {
    let name = if asked.collection.is_empty() { SUPERUSERS } else { &asked.collection };
    let snapshot = backend.schema.snapshot();
    let collection = snapshot.find(name).filter(|collection| collection.auth.is_some());
    let errors = check(asked, collection.is_some());
    errors.into_result("The test mail can't be sent.")?;
    let (Some(kind), Some(collection)) = (Kind::named(&asked.template), collection) else {
        return Err(DomainError::NotFound);
    };
    let settings = backend.settings.current();
    let token = kind.token(collection, &asked.email, ctx);
    let alert = format!("{} - TEST_IP TEST_USER_AGENT", ctx.now);
    let values =
        Values { token: &token, otp: CODE, otp_id: NOBODY, alert_info: &alert, record: None };
    let template = collection.auth.as_deref().map(|options| kind.template(options));
    let Some(template) = template else { return Err(DomainError::NotFound) };
    let letter = write(&asked.email, template, &settings.meta, &values);
    send(&settings, &letter, ctx.now)
        .await
        .map_err(|error| DomainError::bad_request(format!("The test mail was not sent: {error}.")))
}

fn check(asked: &TestLetter, is_auth_collection: bool) -> ErrorTree {
    let mut errors = ErrorTree::default();
    if asked.email.is_empty() {
        errors.put("email", ErrorCode::Required);
    } else if asked.email.len() > MAX_EMAIL_BYTES {
        errors.put("email", FieldError::out_of_length(1, MAX_EMAIL_BYTES));
    } else if !is_email(&asked.email) {
        errors.put("email", ErrorCode::IsEmail);
    }
    if asked.template.is_empty() {
        errors.put("template", ErrorCode::Required);
    } else if Kind::named(&asked.template).is_none() {
        errors.put("template", ErrorCode::InInvalid);
    }
    if !is_auth_collection {
        errors.put("collection", ErrorCode::InvalidAuthCollection);
    }
    errors
}

impl Kind {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "verification" => Self::Verification,
            "password-reset" => Self::PasswordReset,
            "email-change" => Self::EmailChange,
            "otp" => Self::Otp,
            "login-alert" => Self::LoginAlert,
            _ => return None,
        })
    }

    fn template(self, options: &AuthOptions) -> &MailTemplate {
        match self {
            Self::Verification => &options.verification_template,
            Self::PasswordReset => &options.reset_password_template,
            Self::EmailChange => &options.confirm_email_change_template,
            Self::Otp => &options.otp.email_template,
            Self::LoginAlert => &options.auth_alert.email_template,
        }
    }

    /// A token as the letter would carry it, signed with a key that is thrown away.
    fn token(self, collection: &Collection, email: &str, ctx: &OpContext) -> String {
        let Some(options) = collection.auth.as_deref() else { return String::new() };
        let email = email.to_owned();
        let (purpose, options) = match self {
            Self::Verification => (Purpose::Verification { email }, &options.verification_token),
            Self::PasswordReset => {
                (Purpose::PasswordReset { email }, &options.password_reset_token)
            }
            Self::EmailChange => (
                Purpose::EmailChange { new_email: email.clone(), email },
                &options.email_change_token,
            ),
            Self::Otp | Self::LoginAlert => return String::new(),
        };
        let claims = Claims {
            record_id: NOBODY.to_owned(),
            collection_id: collection.id.clone(),
            expires_unix: ctx.now.plus_seconds(options.duration).seconds(),
            purpose,
        };
        token::sign(&claims, &Secret::new(random::token_key())).unwrap_or_default()
    }
}
