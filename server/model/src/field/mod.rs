//! Fields: the definition of one column of a collection.
//!
//! A field type is a file of this folder that implements [`FieldType`], and a
//! row of [`table::ALL`]. Nothing outside this folder lists the types.

mod autodate;
mod bool;
mod cast;
mod date;
mod date_text;
pub mod domain_list;
mod editor;
mod email;
mod file;
mod geo_point;
mod json;
mod number;
mod password;
mod pattern;
mod primary_key;
mod relation;
mod select;
mod size_option;
pub mod table;
mod text;
mod url;
mod web_address;
mod wire;

pub use self::{
    autodate::AutodateOptions,
    bool::BoolOptions,
    date::DateOptions,
    date_text::parse_date,
    editor::EditorOptions,
    email::{EmailOptions, is_email},
    file::FileOptions,
    geo_point::GeoPointOptions,
    json::JsonOptions,
    number::{NumberOptions, number_in},
    password::PasswordOptions,
    pattern::{generate, matches as matches_pattern},
    primary_key::STANDARD_ID_PATTERN,
    relation::RelationOptions,
    select::SelectOptions,
    text::TextOptions,
    url::UrlOptions,
    web_address::is_web_address,
};
use crate::{Collection, ErrorCode, ErrorTree, FieldError, Json, Value};

/// A field's definition.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// Stable id, kept over renames.
    pub id: String,
    /// Name, unique in the collection; also the column's name.
    pub name: String,
    /// Whether the server owns it.
    pub system: bool,
    /// Whether it is shown to superusers alone.
    pub hidden: bool,
    /// Whether pickers show it as the record's title.
    pub presentable: bool,
    /// Whether it refuses its zero value.
    pub required: bool,
    /// A hint for people who fill it in.
    pub help: String,
    /// The type and its options.
    pub options: FieldOptions,
}

/// A field's type with the options of that type.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each option struct carries its own sentence")]
pub enum FieldOptions {
    Text(TextOptions),
    Editor(EditorOptions),
    Number(NumberOptions),
    Bool(BoolOptions),
    Email(EmailOptions),
    Url(UrlOptions),
    Date(DateOptions),
    Autodate(AutodateOptions),
    Select(SelectOptions),
    File(FileOptions),
    Relation(RelationOptions),
    Json(JsonOptions),
    GeoPoint(GeoPointOptions),
    Password(PasswordOptions),
}

/// How a column is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnShape {
    /// Text, `''` when unset, never null.
    Text,
    /// A number, 0 when unset, never null.
    Number,
    /// A truth value, false when unset, never null.
    Bool,
    /// A JSON array of strings, `[]` when unset, never null.
    List,
    /// Any JSON document, null when unset.
    Json,
    /// `{"lon":0,"lat":0}` when unset, never null.
    Point,
}

impl ColumnShape {
    /// A value that a column of this shape gave back.
    pub fn read_stored(self, stored: &Json) -> Value {
        match self {
            ColumnShape::Text => Value::Text(stored.as_str().unwrap_or_default().to_owned()),
            ColumnShape::Number => Value::Number(stored.as_f64().unwrap_or(0.0)),
            ColumnShape::Bool => {
                Value::Bool(stored.as_bool().unwrap_or_else(|| stored.as_f64() == Some(1.0)))
            }
            ColumnShape::List => Value::List(
                stored
                    .as_array()
                    .map(|items| items.iter().filter_map(Json::as_str).map(str::to_owned).collect())
                    .unwrap_or_default(),
            ),
            ColumnShape::Json if stored.is_null() => Value::Null,
            ColumnShape::Json => Value::Json(stored.clone()),
            ColumnShape::Point => {
                let part = |name| stored.get(name).and_then(Json::as_f64).unwrap_or(0.0);
                Value::Point { lon: part("lon"), lat: part("lat") }
            }
        }
    }
}

/// What a field type can do. One implementation a type.
pub trait FieldType: Sync {
    /// The name on the wire.
    fn name(&self) -> &'static str;

    /// Options from a field's JSON; unknown keys are ignored.
    fn read_options(&self, definition: &Json) -> Result<FieldOptions, serde_json::Error>;

    /// The column of a field of this type.
    fn column(&self, field: &Field) -> ColumnShape;

    /// A submitted value as this type's value. Casts never fail: what can't be read becomes
    /// the zero value (text from an object "", number from "abc" 0).
    fn normalise(&self, field: &Field, submitted: &Json) -> Value;

    /// Whether a normalised value may be stored. What needs the database (uniqueness, related
    /// records, uploaded files) is checked in `domain`.
    fn validate(&self, field: &Field, value: &Value) -> Result<(), FieldError>;

    /// Whether the options make sense; keys are option names.
    fn validate_options(&self, field: &Field) -> ErrorTree;
}

impl Field {
    /// A field with default flags and the default id for its type and name.
    pub fn new(name: &str, options: FieldOptions) -> Self {
        let kind = options.type_name();
        Self {
            id: crate::id::field_id(kind, name),
            name: name.to_owned(),
            system: false,
            hidden: false,
            presentable: false,
            required: false,
            help: String::new(),
            options,
        }
    }

    /// The implementation of this field's type.
    pub fn kind(&self) -> &'static dyn FieldType {
        table::of(&self.options)
    }

    /// The type's name on the wire.
    pub fn type_name(&self) -> &'static str {
        self.options.type_name()
    }

    /// The column of this field.
    pub fn column(&self) -> ColumnShape {
        self.kind().column(self)
    }

    /// The value of a field that nobody has set.
    pub fn zero(&self) -> Value {
        match self.column() {
            ColumnShape::Text => Value::Text(String::new()),
            ColumnShape::Number => Value::Number(0.0),
            ColumnShape::Bool => Value::Bool(false),
            ColumnShape::List => Value::List(Vec::new()),
            ColumnShape::Json => Value::Null,
            ColumnShape::Point => Value::Point { lon: 0.0, lat: 0.0 },
        }
    }

    /// Whether the value is what an unset field holds; JSON counts `null "" [] {}` as unset.
    pub fn is_unset(&self, value: &Value) -> bool {
        match value {
            Value::Json(document) => match document {
                Json::Null => true,
                Json::String(text) => text.is_empty(),
                Json::Array(items) => items.is_empty(),
                Json::Object(map) => map.is_empty(),
                _ => false,
            },
            other => *other == self.zero(),
        }
    }

    /// A submitted value as this field's value; casts never fail.
    pub fn normalise(&self, submitted: &Json) -> Value {
        self.kind().normalise(self, submitted)
    }

    /// Whether a normalised value may be stored.
    pub fn validate(&self, value: &Value) -> Result<(), FieldError> {
        self.kind().validate(self, value)
    }

    /// Refuses an unset value where one is needed. An id always is.
    fn check_required(&self, value: &Value) -> Result<(), FieldError> {
        let is_id = matches!(&self.options, FieldOptions::Text(options) if options.primary_key);
        if (self.required || is_id) && self.is_unset(value) {
            return Err(ErrorCode::Required.into());
        }
        Ok(())
    }

    /// A value that the database gave back, by the column's shape alone.
    pub fn read_stored(&self, stored: &Json) -> Value {
        self.column().read_stored(stored)
    }

    /// Whether the value never leaves the server: password hashes and token keys.
    pub fn is_secret(&self) -> bool {
        matches!(self.options, FieldOptions::Password(_))
            || (self.system && self.name == "tokenKey")
    }

    /// Whether clients see an empty text in place of the value, as of every password but that of
    /// an account.
    pub fn is_blanked(&self, collection: &Collection) -> bool {
        let is_accounts = self.system && collection.is_auth();
        matches!(self.options, FieldOptions::Password(_)) && !is_accounts
    }

    /// Whether the field holds a list (multiple select, relation or file).
    pub fn is_multiple(&self) -> bool {
        self.column() == ColumnShape::List
    }

    /// The options of a file field.
    pub fn file_options(&self) -> Option<&FileOptions> {
        match &self.options {
            FieldOptions::File(options) => Some(options),
            _ => None,
        }
    }

    /// The options of a relation field.
    pub fn relation_options(&self) -> Option<&RelationOptions> {
        match &self.options {
            FieldOptions::Relation(options) => Some(options),
            _ => None,
        }
    }
}

/// Whether a text is a web address.
pub fn is_url(text: &str) -> bool {
    web_address::host(text).is_some()
}

#[cfg(test)]
mod tests;
