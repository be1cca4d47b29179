//! Sign-in options of an auth collection, as they travel and are stored.

use serde::{Deserialize, Serialize};

use crate::{JsonMap, mail_template};

/// Everything an auth collection says about signing in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AuthOptions {
    /// Letter about a sign-in from a new place.
    pub auth_alert: AuthAlert,
    /// Sign-in by other providers.
    pub oauth2: OAuth2Options,
    /// Sign-in by password.
    pub password_auth: PasswordAuth,
    /// A second factor.
    pub mfa: MfaOptions,
    /// Sign-in by one-time password.
    pub otp: OtpOptions,
    /// Session tokens.
    pub auth_token: TokenOptions,
    /// Tokens of password reset letters.
    pub password_reset_token: TokenOptions,
    /// Tokens of e-mail change letters.
    pub email_change_token: TokenOptions,
    /// Tokens of verification letters.
    pub verification_token: TokenOptions,
    /// Tokens that open protected files.
    pub file_token: TokenOptions,
    /// Verification letter.
    pub verification_template: MailTemplate,
    /// Password reset letter.
    pub reset_password_template: MailTemplate,
    /// E-mail change letter.
    pub confirm_email_change_template: MailTemplate,
}

/// A kind of token: how long it lives and what it is signed with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct TokenOptions {
    /// Lifetime in seconds.
    pub duration: i64,
    /// Signing secret; never sent to clients.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub secret: String,
}

/// A letter. Placeholders: `{APP_NAME} {APP_URL} {TOKEN} {OTP} {OTP_ID} {ALERT_INFO} {RECORD:field}`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailTemplate {
    /// Subject line.
    pub subject: String,
    /// HTML body.
    pub body: String,
}

/// Letter about a sign-in from a new place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AuthAlert {
    /// Whether it is sent.
    pub enabled: bool,
    /// The letter.
    pub email_template: MailTemplate,
}

/// Sign-in by other providers.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OAuth2Options {
    /// The providers with their settings.
    pub providers: Vec<OAuth2Provider>,
    /// Which profile entry goes into which field.
    pub mapped_fields: MappedFields,
    /// Whether it is allowed.
    pub enabled: bool,
}

/// A provider as a collection uses it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OAuth2Provider {
    /// The provider's name.
    pub name: String,
    /// The id under which the project is known there.
    pub client_id: String,
    /// The secret that goes with it; never sent to clients.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub client_secret: String,
    /// Where people sign in; empty = where the provider says.
    #[serde(rename = "authURL")]
    pub auth_url: String,
    /// Where a code is changed for a token; empty = where the provider says.
    #[serde(rename = "tokenURL")]
    pub token_url: String,
    /// Where the profile is read; empty = where the provider says.
    #[serde(rename = "userInfoURL")]
    pub user_info_url: String,
    /// The name for people; empty = the provider's own.
    pub display_name: String,
    /// Whether a code can be changed by its asker alone; null = as the provider wants it.
    pub pkce: Option<bool>,
    /// What single providers need besides.
    pub extra: JsonMap,
}

/// Which profile entry of a provider goes into which field of a new record.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MappedFields {
    /// The provider's user id.
    pub id: String,
    /// The display name.
    pub name: String,
    /// The user name.
    pub username: String,
    /// The picture's address.
    #[serde(rename = "avatarURL")]
    pub avatar_url: String,
}

/// Sign-in by password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct PasswordAuth {
    /// Whether it is allowed.
    pub enabled: bool,
    /// Fields that name the account; each needs a unique index.
    pub identity_fields: Vec<String>,
}

/// A second factor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct MfaOptions {
    /// Whether it is asked for.
    pub enabled: bool,
    /// Seconds between the two factors.
    pub duration: i64,
    /// Which records it is asked of; empty = all.
    pub rule: String,
}

/// Sign-in by one-time password.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct OtpOptions {
    /// Whether it is allowed.
    pub enabled: bool,
    /// Lifetime in seconds.
    pub duration: i64,
    /// Number of digits.
    pub length: i64,
    /// The letter.
    pub email_template: MailTemplate,
}

impl Default for AuthOptions {
    fn default() -> Self {
        Self {
            auth_alert: AuthAlert::default(),
            oauth2: OAuth2Options::default(),
            password_auth: PasswordAuth::default(),
            mfa: MfaOptions::default(),
            otp: OtpOptions::default(),
            auth_token: TokenOptions::lasting(5 * 86_400),
            password_reset_token: TokenOptions::lasting(1_800),
            email_change_token: TokenOptions::lasting(1_800),
            verification_token: TokenOptions::lasting(86_400),
            file_token: TokenOptions::lasting(180),
            verification_template: mail_template::verification(),
            reset_password_template: mail_template::reset_password(),
            confirm_email_change_template: mail_template::confirm_email_change(),
        }
    }
}

impl TokenOptions {
    fn lasting(seconds: i64) -> Self {
        Self { duration: seconds, secret: String::new() }
    }
}

impl Default for AuthAlert {
    fn default() -> Self {
        Self { enabled: true, email_template: mail_template::auth_alert() }
    }
}

impl Default for PasswordAuth {
    fn default() -> Self {
        Self { enabled: true, identity_fields: vec!["email".to_owned()] }
    }
}

impl Default for MfaOptions {
    fn default() -> Self {
        Self { enabled: false, duration: 600, rule: String::new() }
    }
}

impl Default for OtpOptions {
    fn default() -> Self {
        Self {
            enabled: false,
            duration: 180,
            length: 8,
            email_template: mail_template::one_time_password(),
        }
    }
}
