//! The table of all field types.

use super::{
    FieldOptions, FieldType, autodate::Autodate, bool::Bool, date::Date, editor::Editor,
    email::Email, file::File, geo_point::GeoPoint, json::JsonField, number::Number,
    password::Password, relation::Relation, select::Select, text::Text, url::Url,
};

/// Every field type, in the order in which editors offer them.
pub static ALL: &[&dyn FieldType] = &[
    &Text, &Editor, &Number, &Bool, &Email, &Url, &Date, &Autodate, &Select, &File, &Relation,
    &JsonField, &GeoPoint, &Password,
];

/// A field type by its name on the wire.
pub fn by_name(name: &str) -> Option<&'static dyn FieldType> {
    ALL.iter().copied().find(|kind| kind.name() == name)
}

/// The field type of some options.
pub(super) fn of(options: &FieldOptions) -> &'static dyn FieldType {
    match options {
        FieldOptions::Text(_) => &Text,
        FieldOptions::Editor(_) => &Editor,
        FieldOptions::Number(_) => &Number,
        FieldOptions::Bool(_) => &Bool,
        FieldOptions::Email(_) => &Email,
        FieldOptions::Url(_) => &Url,
        FieldOptions::Date(_) => &Date,
        FieldOptions::Autodate(_) => &Autodate,
        FieldOptions::Select(_) => &Select,
        FieldOptions::File(_) => &File,
        FieldOptions::Relation(_) => &Relation,
        FieldOptions::Json(_) => &JsonField,
        FieldOptions::GeoPoint(_) => &GeoPoint,
        FieldOptions::Password(_) => &Password,
    }
}

impl FieldOptions {
    /// The type's name on the wire.
    pub fn type_name(&self) -> &'static str {
        of(self).name()
    }
}
