//! A field's definition to and from JSON.

use serde_json::json;

use super::{Field, FieldOptions, table};
use crate::{Json, JsonMap};

impl Field {
    /// Reads a definition. The id may be empty; unknown keys are ignored.
    ///
    /// # Errors
    /// A sentence that names what can't be read: an unknown type, or an option of a wrong type.
    pub fn from_json(definition: &Json) -> Result<Self, String> {
        let type_name = text(definition, "type")?;
        let Some(kind) = table::by_name(&type_name) else {
            return Err(format!("unknown field type \"{}\"", type_name.escape_debug()));
        };
        let options =
            kind.read_options(&without_nulls(definition)).map_err(|error| error.to_string())?;
        Ok(Self {
            id: text(definition, "id")?,
            name: text(definition, "name")?,
            system: flag(definition, "system")?,
            hidden: flag(definition, "hidden")?,
            presentable: flag(definition, "presentable")?,
            required: flag(definition, "required")?,
            help: text(definition, "help")?,
            options,
        })
    }

    /// The definition as clients see it and as it is stored.
    pub fn to_json(&self) -> JsonMap {
        let mut map = match self.options.to_json() {
            Json::Object(map) => map,
            _ => JsonMap::new(),
        };
        map.insert("id".to_owned(), json!(self.id));
        map.insert("name".to_owned(), json!(self.name));
        map.insert("type".to_owned(), json!(self.type_name()));
        map.insert("system".to_owned(), json!(self.system));
        map.insert("hidden".to_owned(), json!(self.hidden));
        map.insert("presentable".to_owned(), json!(self.presentable));
        if !matches!(self.options, FieldOptions::Autodate(_)) {
            map.insert("required".to_owned(), json!(self.required));
            map.insert("help".to_owned(), json!(self.help));
        }
        map
    }
}

impl FieldOptions {
    fn to_json(&self) -> Json {
        let written = match self {
            Self::Text(options) => serde_json::to_value(options),
            Self::Editor(options) => serde_json::to_value(options),
            Self::Number(options) => serde_json::to_value(options),
            Self::Bool(options) => serde_json::to_value(options),
            Self::Email(options) => serde_json::to_value(options),
            Self::Url(options) => serde_json::to_value(options),
            Self::Date(options) => serde_json::to_value(options),
            Self::Autodate(options) => serde_json::to_value(options),
            Self::Select(options) => serde_json::to_value(options),
            Self::File(options) => serde_json::to_value(options),
            Self::Relation(options) => serde_json::to_value(options),
            Self::Json(options) => serde_json::to_value(options),
            Self::GeoPoint(options) => serde_json::to_value(options),
            Self::Password(options) => serde_json::to_value(options),
        };
        written.unwrap_or_default()
    }
}

/// A null stands for an option that was not given.
fn without_nulls(definition: &Json) -> Json {
    let mut map = definition.as_object().cloned().unwrap_or_default();
    map.retain(|_, option| !option.is_null());
    Json::Object(map)
}

fn text(definition: &Json, key: &str) -> Result<String, String> {
    match definition.get(key) {
        None | Some(Json::Null) => Ok(String::new()),
        Some(Json::String(text)) => Ok(text.clone()),
        Some(_) => Err(format!("\"{key}\" must be a string")),
    }
}

fn flag(definition: &Json, key: &str) -> Result<bool, String> {
    match definition.get(key) {
        None | Some(Json::Null) => Ok(false),
        Some(Json::Bool(flag)) => Ok(*flag),
        Some(_) => Err(format!("\"{key}\" must be true or false")),
    }
}
