//! The JSON inside a token, as clients and imported sessions have it.

use serde::{Deserialize, Serialize, de::IgnoredAny};

use super::claims::{Claims, Purpose, TokenKind};

/// The only header that we write.
pub(super) const HS256_HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// The first part of a token, as far as it matters.
#[derive(Deserialize)]
pub(super) struct Header {
    alg: String,
    /// Extensions that the reader must understand; we know none.
    #[serde(default)]
    crit: Option<IgnoredAny>,
}

impl Header {
    pub(super) fn is_hs256(&self) -> bool {
        self.alg == "HS256" && self.crit.is_none()
    }
}

/// The second part of a token; the claims are in alphabetical order.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Payload {
    collection_id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    exp: i64,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    new_email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    refreshable: Option<bool>,
    #[serde(rename = "type")]
    kind: String,
}

impl From<&Claims> for Payload {
    fn from(claims: &Claims) -> Self {
        let (email, new_email, refreshable) = match &claims.purpose {
            Purpose::Auth { refreshable } => (None, None, Some(*refreshable)),
            Purpose::PasswordReset { email } | Purpose::Verification { email } => {
                (Some(email.clone()), None, None)
            }
            Purpose::EmailChange { email, new_email } => {
                (Some(email.clone()), Some(new_email.clone()), None)
            }
            Purpose::File => (None, None, None),
        };
        Self {
            collection_id: claims.collection_id.clone(),
            email,
            exp: claims.expires_unix,
            id: claims.record_id.clone(),
            new_email,
            refreshable,
            kind: claims.kind().name().to_owned(),
        }
    }
}

impl Payload {
    pub(super) fn into_claims(self) -> Option<Claims> {
        let purpose = match TokenKind::from_name(&self.kind)? {
            TokenKind::Auth => Purpose::Auth { refreshable: self.refreshable.unwrap_or(false) },
            TokenKind::PasswordReset => Purpose::PasswordReset { email: self.email? },
            TokenKind::Verification => Purpose::Verification { email: self.email? },
            TokenKind::EmailChange => {
                Purpose::EmailChange { email: self.email?, new_email: self.new_email? }
            }
            TokenKind::File => Purpose::File,
        };
        Some(Claims {
            record_id: self.id,
            collection_id: self.collection_id,
            expires_unix: self.exp,
            purpose,
        })
    }
}
