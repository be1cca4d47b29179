//! A definition as a client sends it, laid over the definition it starts from.

use underpin_model::{
    Collection, CollectionKind, DomainError, DomainResult, ErrorCode, ErrorTree, Field, Json,
    JsonMap, Rules, id,
};

use super::auth_draft;

/// Sentence for bodies whose parts have the wrong type.
const WRONG_FORM: &str = "The definition can't be read";

/// An empty collection of a kind, with everything at its default. Every kind of token has a
/// signing secret of its own.
pub(super) fn blank(kind: CollectionKind) -> Collection {
    let is_auth = kind == CollectionKind::Auth;
    Collection {
        id: String::new(),
        name: String::new(),
        kind,
        system: false,
        fields: Vec::new(),
        indexes: Vec::new(),
        rules: Rules { auth: is_auth.then(String::new), ..Rules::default() },
        auth: is_auth.then(|| Box::new(auth_draft::with_secrets())),
        view_query: (kind == CollectionKind::View).then(String::new),
        created: String::new(),
        updated: String::new(),
    }
}

/// The kind that a body asks for; base when it says nothing.
pub(super) fn kind_of(body: &JsonMap) -> DomainResult<CollectionKind> {
    match body.get("type") {
        None | Some(Json::Null) => Ok(CollectionKind::Base),
        Some(Json::String(text)) if text.is_empty() => Ok(CollectionKind::Base),
        Some(value) => serde_json::from_value(value.clone()).map_err(|_| {
            let tree = ErrorTree::one("type", ErrorCode::InInvalid);
            DomainError::invalid("The collection can't be saved.", tree)
        }),
    }
}

/// Lays a body over a definition: keys that are absent stay as they are, a null empties.
pub(super) fn overlay(base: &Collection, body: &JsonMap) -> DomainResult<Collection> {
    let mut draft = base.clone();
    if let Some(name) = text(body, "name")? {
        draft.name = name;
    }
    // The fields of a view are those of its query, whatever is sent.
    if let Some(fields) = body.get("fields") {
        let fields = read_fields(base, fields)?;
        if !base.is_view() {
            draft.fields = fields;
        }
    }
    if let Some(indexes) = body.get("indexes") {
        draft.indexes = serde_json::from_value::<Option<Vec<String>>>(indexes.clone())
            .map_err(|_| wrong("indexes must be a list of strings"))?
            .unwrap_or_default();
    }
    overlay_rules(&mut draft.rules, body, base.is_auth())?;
    if base.is_view()
        && let Some(query) = text(body, "viewQuery")?
    {
        draft.view_query = Some(query);
    }
    if let Some(auth) = &base.auth {
        let mut auth = auth_draft::overlay(auth, body)?;
        auth_draft::keep_to_superusers(&draft, &mut auth);
        draft.auth = Some(Box::new(auth));
    }
    Ok(draft)
}

fn overlay_rules(rules: &mut Rules, body: &JsonMap, is_auth: bool) -> DomainResult<()> {
    let mut slots = vec![
        ("listRule", &mut rules.list),
        ("viewRule", &mut rules.view),
        ("createRule", &mut rules.create),
        ("updateRule", &mut rules.update),
        ("deleteRule", &mut rules.delete),
    ];
    if is_auth {
        slots.push(("authRule", &mut rules.auth));
        slots.push(("manageRule", &mut rules.manage));
    }
    for (key, slot) in slots {
        match body.get(key) {
            None => {}
            Some(Json::Null) => *slot = None,
            Some(Json::String(rule)) => *slot = Some(rule.clone()),
            Some(_) => return Err(wrong(&format!("{key} must be a string or null"))),
        }
    }
    Ok(())
}

/// Fields with an id keep it; fields without one match an existing field by name, or get the
/// default id. Of two fields with one id the later wins.
fn read_fields(base: &Collection, sent: &Json) -> DomainResult<Vec<Field>> {
    let definitions = match sent {
        Json::Null => &[],
        Json::Array(definitions) => definitions.as_slice(),
        _ => return Err(wrong("fields must be a list")),
    };
    let mut fields: Vec<Field> = Vec::with_capacity(definitions.len());
    for definition in definitions {
        let mut field = Field::from_json(definition).map_err(|reason| wrong(&reason))?;
        if field.id.is_empty() {
            let known = base.field(&field.name).filter(|old| old.type_name() == field.type_name());
            let earlier = fields.iter().find(|earlier| earlier.name == field.name);
            field.id = match known.or(earlier) {
                Some(same) => same.id.clone(),
                None => fresh_id(base, &fields, &field),
            };
        }
        // What the server needs of its own collections stays its own.
        if base.system
            && let Some(old) = base.field_by_id(&field.id)
        {
            field.system = old.system || field.system;
        }
        match fields.iter_mut().find(|other| other.id == field.id) {
            Some(earlier) => *earlier = field,
            None => fields.push(field),
        }
    }
    Ok(fields)
}

fn fresh_id(base: &Collection, fields: &[Field], field: &Field) -> String {
    let standard = id::field_id(field.type_name(), &field.name);
    let taken_by_other = |other: &Field| other.id == standard && other.name != field.name;
    if base.fields.iter().chain(fields).any(taken_by_other) {
        return format!("{}{}", field.type_name(), id::random_lowercase(10));
    }
    standard
}

fn text(body: &JsonMap, key: &str) -> DomainResult<Option<String>> {
    match body.get(key) {
        None => Ok(None),
        Some(Json::Null) => Ok(Some(String::new())),
        Some(Json::String(text)) => Ok(Some(text.clone())),
        Some(_) => Err(wrong(&format!("{key} must be a string"))),
    }
}

pub(super) fn wrong(reason: &str) -> DomainError {
    DomainError::bad_request(format!("{WRONG_FORM}: {reason}."))
}
