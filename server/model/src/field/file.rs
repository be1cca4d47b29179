//! The field type `file`.

use std::sync::LazyLock;

use regex::Regex;
use serde::{Deserialize, Serialize};

use super::{ColumnShape, Field, FieldOptions, FieldType, cast, size_option};
use crate::{ErrorCode, ErrorTree, FieldError, Json, Value};

/// Options of a `file` field.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct FileOptions {
    /// Most files; 0 or 1 = single.
    #[serde(deserialize_with = "size_option::count")]
    pub max_select: usize,
    /// Largest file in bytes; 0 = 5 MiB.
    #[serde(deserialize_with = "size_option::bytes")]
    pub max_size: u64,
    /// Types that are taken; empty = all.
    pub mime_types: Vec<String>,
    /// Sizes of thumbnails, as `100x100`.
    pub thumbs: Vec<String>,
    /// Whether downloads need a file token and the view rule.
    pub protected: bool,
}

pub(super) struct File;

impl FieldType for File {
    fn name(&self) -> &'static str {
        "file"
    }

    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error> {
        FileOptions::deserialize(definition).map(FieldOptions::File)
    }

    fn column(&self, field: &Field) -> ColumnShape {
        match &field.options {
            FieldOptions::File(options) if options.max_select > 1 => ColumnShape::List,
            _ => ColumnShape::Text,
        }
    }

    fn normalise(&self, field: &Field, submitted: &Json) -> Value {
        cast::to_choice(field, submitted)
    }

    fn validate(&self, field: &Field, value: &Value) -> Result<(), FieldError> {
        let FieldOptions::File(options) = &field.options else { return Ok(()) };
        let names = value.as_texts();
        if names.is_empty() {
            return field.check_required(value);
        }
        let most = options.max_select.max(1);
        if names.len() > most {
            let message = format!("At most {most} files are allowed.");
            let error = FieldError::with_message(ErrorCode::TooManyFiles, message);
            return Err(error.param("maxSelect", most));
        }
        Ok(())
    }

    fn validate_options(&self, field: &Field) -> ErrorTree {
        let mut errors = ErrorTree::default();
        let FieldOptions::File(options) = &field.options else { return errors };
        size_option::check(&mut errors, "maxSelect", options.max_select);
        size_option::check(&mut errors, "maxSize", options.max_size);
        let mut thumbs = ErrorTree::default();
        for (position, size) in options.thumbs.iter().enumerate() {
            if let Err(code) = check_thumb(size) {
                thumbs.put(&position.to_string(), code);
            }
        }
        errors.put_branch("thumbs", thumbs);
        errors
    }
}

/// Checks the size of a thumbnail: `WxH` and perhaps how it is cut (top, bottom, fit).
fn check_thumb(size: &str) -> Result<(), ErrorCode> {
    static SIZE: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new("^[0-9]+x[0-9]+[tbf]?$").ok());
    if size == "0x0" {
        return Err(ErrorCode::ReservedName);
    }
    let fits = SIZE.as_ref().is_some_and(|form| form.is_match(size));
    if fits || size.is_empty() { Ok(()) } else { Err(ErrorCode::MatchInvalid) }
}
