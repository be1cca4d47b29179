//! A collection's definition to JSON: for clients, and for its stored row.

use serde_json::json;
use underpin_model::{
    Collection, CollectionKind, Field, Json, JsonMap, Rules, auth_options::AuthOptions,
};

/// The definition as superusers see it. Secrets are left out.
pub fn to_json(collection: &Collection) -> JsonMap {
    let mut map = JsonMap::new();
    let mut put = |key: &str, value: Json| map.insert(key.to_owned(), value);
    put("id", json!(collection.id));
    put("name", json!(collection.name));
    put("type", json!(collection.kind.name()));
    put("system", json!(collection.system));
    put("fields", fields_json(collection));
    put("indexes", json!(collection.indexes));
    put("created", json!(collection.created));
    put("updated", json!(collection.updated));
    put("listRule", json!(collection.rules.list));
    put("viewRule", json!(collection.rules.view));
    put("createRule", json!(collection.rules.create));
    put("updateRule", json!(collection.rules.update));
    put("deleteRule", json!(collection.rules.delete));
    if let Some(query) = &collection.view_query {
        put("viewQuery", json!(query));
    }
    if let Some(auth) = &collection.auth {
        put("authRule", json!(collection.rules.auth));
        put("manageRule", json!(collection.rules.manage));
        map.extend(auth_json(auth, Secrets::Left));
    }
    map
}

/// The `options` column: view query and auth options, secrets included.
pub(super) fn stored_options(collection: &Collection) -> Json {
    let mut map = JsonMap::new();
    if let Some(query) = &collection.view_query {
        map.insert("viewQuery".to_owned(), json!(query));
    }
    if let Some(auth) = &collection.auth {
        map.extend(auth_json(auth, Secrets::Kept));
    }
    Json::Object(map)
}

/// The `fields` column and entry.
pub(super) fn fields_json(collection: &Collection) -> Json {
    collection.fields.iter().map(|field| Json::Object(field.to_json())).collect()
}

/// A collection from its stored row and the rules that its policies give.
///
/// # Errors
/// A sentence that says what can't be read.
pub(super) fn from_stored(row: &Json, rules: Rules) -> Result<Collection, String> {
    let text = |key: &str| row.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    let kind: CollectionKind = read(row, "type")?;
    let options = row.get("options").cloned().unwrap_or_default();
    let mut fields = Vec::new();
    for definition in row.get("fields").and_then(Json::as_array).into_iter().flatten() {
        fields.push(Field::from_json(definition)?);
    }
    Ok(Collection {
        id: text("id"),
        name: text("name"),
        kind,
        system: row.get("system").is_some_and(|flag| flag == &json!(true) || flag == &json!(1)),
        fields,
        indexes: read(row, "indexes")?,
        rules,
        view_query: options.get("viewQuery").and_then(Json::as_str).map(str::to_owned),
        auth: match kind {
            CollectionKind::Auth => Some(Box::new(
                serde_json::from_value::<AuthOptions>(options).map_err(|e| e.to_string())?,
            )),
            _ => None,
        },
        created: text("created"),
        updated: text("updated"),
    })
}

fn read<T: serde::de::DeserializeOwned>(row: &Json, key: &str) -> Result<T, String> {
    let value = row.get(key).cloned().unwrap_or_default();
    serde_json::from_value(value).map_err(|error| format!("{key}: {error}"))
}

#[derive(PartialEq)]
enum Secrets {
    Kept,
    Left,
}

fn auth_json(auth: &AuthOptions, secrets: Secrets) -> JsonMap {
    let Ok(Json::Object(mut map)) = serde_json::to_value(auth) else { return JsonMap::new() };
    if secrets == Secrets::Kept {
        return map;
    }
    for (key, value) in &mut map {
        if let Json::Object(inner) = value {
            inner.remove("secret");
            if key == "oauth2" {
                hide_client_secrets(inner);
            }
        }
    }
    map
}

fn hide_client_secrets(oauth2: &mut JsonMap) {
    let providers = oauth2.get_mut("providers").and_then(Json::as_array_mut);
    for provider in providers.into_iter().flatten().filter_map(Json::as_object_mut) {
        provider.remove("clientSecret");
    }
}
