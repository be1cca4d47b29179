//! The group `meta`: what the project is called, where it is, and who its mails come from.

use serde::{Deserialize, Serialize};
use underpin_model::{
    ErrorCode, ErrorTree, FieldError,
    field::{is_email, is_web_address},
};

/// Longest name, in bytes.
const MAX_NAME_BYTES: usize = 255;
/// Length of a colour such as `#1055c9`, in bytes.
const COLOR_BYTES: usize = 7;

/// What the project is called, where it is, and who its mails come from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Meta {
    /// The project's name.
    pub app_name: String,
    /// Where people reach it.
    #[serde(rename = "appURL")]
    pub app_url: String,
    /// Name of the sender of mails.
    pub sender_name: String,
    /// Address of the sender of mails.
    pub sender_address: String,
    /// Whether the console hides what changes collections.
    pub hide_controls: bool,
    /// Colour of the console; empty = its own.
    pub accent_color: String,
}

impl Default for Meta {
    fn default() -> Self {
        Self {
            app_name: "Acme".to_owned(),
            app_url: "http://localhost:8090".to_owned(),
            sender_name: "Support".to_owned(),
            sender_address: "support@example.com".to_owned(),
            hide_controls: false,
            accent_color: "#1055c9".to_owned(),
        }
    }
}

impl Meta {
    /// What can't be kept.
    pub(super) fn check(&self) -> ErrorTree {
        let mut errors = ErrorTree::default();
        for (name, text) in [("appName", &self.app_name), ("senderName", &self.sender_name)] {
            if text.is_empty() {
                errors.put(name, ErrorCode::Required);
            } else if text.len() > MAX_NAME_BYTES {
                errors.put(name, FieldError::out_of_length(1, MAX_NAME_BYTES));
            }
        }
        if self.app_url.is_empty() {
            errors.put("appURL", ErrorCode::Required);
        } else if !is_web_address(&self.app_url) {
            errors.put("appURL", ErrorCode::IsUrl);
        }
        if self.sender_address.is_empty() {
            errors.put("senderAddress", ErrorCode::Required);
        } else if !is_email(&self.sender_address) {
            errors.put("senderAddress", ErrorCode::IsEmail);
        }
        if let Some(code) = color_error(&self.accent_color) {
            errors.put("accentColor", code);
        }
        errors
    }
}

fn color_error(text: &str) -> Option<FieldError> {
    if text.is_empty() {
        return None;
    }
    if text.len() != COLOR_BYTES {
        let error = FieldError::new(ErrorCode::LengthInvalid);
        return Some(error.param("min", COLOR_BYTES).param("max", COLOR_BYTES));
    }
    let digits = text.strip_prefix('#').unwrap_or_default();
    let is_color = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    (!is_color).then(|| ErrorCode::IsHexColor.into())
}
