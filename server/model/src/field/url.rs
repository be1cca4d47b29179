//! The field type `url`.

use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType, cast, domain_list, web_address};
use crate::{ErrorCode, ErrorTree, FieldError, Json, Value};

/// Options of a `url` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct UrlOptions {
    /// Domains that are refused.
    pub except_domains: Vec<String>,
    /// Domains that are allowed; empty = all.
    pub only_domains: Vec<String>,
}

pub(super) struct Url;

impl FieldType for Url {
    fn name(&self) -> &'static str {
        "url"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        UrlOptions::deserialize(definition).map(FieldOptions::Url)
    }

    fn column(&self, _field: &Field) -> ColumnShape {
        ColumnShape::Text
    }

    fn normalise(&self, _field: &Field, submitted: &Json) -> Value {
        Value::Text(cast::to_text(submitted))
    }

    fn validate(&self, field: &Field, value: &Value) -> Result<(), FieldError> {
        let FieldOptions::Url(options) = &field.options else { return Ok(()) };
        let text = value.as_text().unwrap_or_default();
        if text.is_empty() {
            return field.check_required(value);
        }
        let Some(host) = web_address::host(text) else {
            return Err(ErrorCode::InvalidUrl.into());
        };
        if !domain_list::allows(host, &options.only_domains, &options.except_domains) {
            return Err(ErrorCode::UrlDomain.into());
        }
        Ok(())
    }

    fn validate_options(&self, field: &Field) -> ErrorTree {
        match &field.options {
            FieldOptions::Url(options) => {
                domain_list::check_options(&options.only_domains, &options.except_domains)
            }
            _ => ErrorTree::default(),
        }
    }
}
