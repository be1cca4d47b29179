//! The field type `email`.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType, cast, domain_list};
use crate::{ErrorCode, ErrorTree, FieldError, Json, Value};

/// Options of an `email` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct EmailOptions {
    /// Domains that are refused.
    pub except_domains: Vec<String>,
    /// Domains that are allowed; empty = all.
    pub only_domains: Vec<String>,
}

/// A name of unquoted words joined by dots, and a domain of two or more labels, the last
/// one of which begins and ends with a letter. International letters count as letters.
static ADDRESS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let word = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\x{A0}-\x{FFEF}-]+";
    let inner = r"[A-Za-z0-9_~\x{A0}-\x{FFEF}-]*";
    let (edge, letter) = (r"[A-Za-z0-9\x{A0}-\x{FFEF}]", r"[A-Za-z\x{A0}-\x{FFEF}]");
    let label = format!(r"{edge}(?:{inner}{edge})?\.");
    let last = format!(r"{letter}(?:{inner}{letter})?\.?");
    Regex::new(&format!(r"^{word}(?:\.{word})*@(?:{label})+{last}$")).ok()
});

pub(super) struct Email;

impl FieldType for Email {
    fn name(&self) -> &'static str {
        "email"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        EmailOptions::deserialize(definition).map(FieldOptions::Email)
    }

    fn column(&self, _field: &Field) -> ColumnShape {
        ColumnShape::Text
    }

    fn normalise(&self, _field: &Field, submitted: &Json) -> Value {
        Value::Text(cast::to_text(submitted))
    }

    fn validate(&self, field: &Field, value: &Value) -> Result<(), FieldError> {
        let FieldOptions::Email(options) = &field.options else { return Ok(()) };
        let address = value.as_text().unwrap_or_default();
        if address.is_empty() {
            return field.check_required(value);
        }
        if !is_email(address) {
            return Err(ErrorCode::IsEmail.into());
        }
        let (_, domain) = address.rsplit_once('@').unwrap_or_default();
        if !domain_list::allows(domain, &options.only_domains, &options.except_domains) {
            return Err(ErrorCode::EmailDomain.into());
        }
        Ok(())
    }

    fn validate_options(&self, field: &Field) -> ErrorTree {
        match &field.options {
            FieldOptions::Email(options) => {
                domain_list::check_options(&options.only_domains, &options.except_domains)
            }
            _ => ErrorTree::default(),
        }
    }
}

/// Whether a text has the form of an e-mail address.
pub fn is_email(text: &str) -> bool {
    ADDRESS.as_ref().is_some_and(|address| address.is_match(text))
}
