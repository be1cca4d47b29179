//! The group `smtp`: the server that sends mails.

use serde::{Deserialize, Serialize};
use underpin_model::{ErrorCode, ErrorTree, FieldError};

use super::{address::is_host, secret::SecretEntry};

/// How to sign in to the server that sends mails. Empty stands for the first one.
const AUTH_METHODS: [&str; 3] = ["", "PLAIN", "LOGIN"];

/// The server that sends mails.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Smtp {
    /// Whether mails go through it.
    pub enabled: bool,
    /// Its port.
    pub port: i64,
    /// Its name or address.
    pub host: String,
    /// Who signs in; empty = nobody.
    pub username: String,
    /// The password for that.
    pub password: SecretEntry,
    /// How to sign in: `PLAIN`, `LOGIN`, or empty for the first.
    pub auth_method: String,
    /// Whether the connection is encrypted from the start; otherwise it is as soon as the server
    /// offers that.
    pub tls: bool,
    /// What this server calls itself there; empty = `localhost`.
    pub local_name: String,
}

impl Default for Smtp {
    fn default() -> Self {
        Self {
            enabled: false,
            port: 587,
            host: "smtp.example.com".to_owned(),
            username: String::new(),
            password: SecretEntry::default(),
            auth_method: String::new(),
            tls: false,
            local_name: String::new(),
        }
    }
}

impl Smtp {
    /// What can't be kept. Host and port may be left open while it is off.
    pub(super) fn check(&self) -> ErrorTree {
        let mut errors = ErrorTree::default();
        if self.host.is_empty() {
            if self.enabled {
                errors.put("host", ErrorCode::Required);
            }
        } else if !is_host(&self.host) {
            errors.put("host", ErrorCode::IsHost);
        }
        if self.port < 0 {
            errors.put("port", FieldError::below(0));
        } else if self.enabled && self.port == 0 {
            errors.put("port", ErrorCode::Required);
        }
        if !AUTH_METHODS.contains(&self.auth_method.as_str()) {
            errors.put("authMethod", ErrorCode::InInvalid);
        }
        if !self.local_name.is_empty() && !is_host(&self.local_name) {
            errors.put("localName", ErrorCode::IsHost);
        }
        errors
    }
}
