//! The fields and indexes that every collection, or every auth collection, has.

use underpin_model::{
    Collection, CollectionKind, Field, FieldOptions,
    field::{BoolOptions, EmailOptions, PasswordOptions, TextOptions},
    id::{self, RECORD_ID_LENGTH},
};

use super::index_checks::has_unique_index;

/// Puts the system fields that a definition left out back in, the id first and the others last,
/// and repairs those that are there.
pub(super) fn ensure(collection: &mut Collection) {
    let wanted = match collection.kind {
        CollectionKind::View => return,
        CollectionKind::Base => vec![id_field()],
        CollectionKind::Auth => auth_fields(),
    };
    for standard in wanted {
        match collection.fields.iter_mut().find(|field| field.name == standard.name) {
            Some(field) => repair(field, &standard),
            None if standard.name == "id" => collection.fields.insert(0, standard),
            None => collection.fields.push(standard),
        }
    }
}

/// The indexes of a collection that has neither id nor name yet.
pub(super) fn scaffold_indexes(collection: &mut Collection) {
    let id = id::random_lowercase(10);
    let mut named = Collection { id, ..collection.clone() };
    ensure_indexes(&mut named);
    collection.indexes = named.indexes;
}

/// Puts the unique indexes that an auth collection needs back in.
pub(super) fn ensure_indexes(collection: &mut Collection) {
    if collection.kind != CollectionKind::Auth {
        return;
    }
    let (id, name) = (collection.id.clone(), collection.name.clone());
    let wanted = [
        ("tokenKey", format!("CREATE UNIQUE INDEX `idx_tokenKey_{id}` ON `{name}` (`tokenKey`)")),
        (
            "email",
            format!(
                "CREATE UNIQUE INDEX `idx_email_{id}` ON `{name}` (`email`) WHERE `email` != ''"
            ),
        ),
    ];
    for (field, statement) in wanted {
        if !has_unique_index(collection, field) {
            collection.indexes.push(statement);
        }
    }
}

/// The flags that clients can't change, and the options without which signing in breaks.
fn repair(field: &mut Field, standard: &Field) {
    field.system = true;
    match field.name.as_str() {
        "password" | "tokenKey" => (field.hidden, field.required) = (true, true),
        "email" => field.hidden = false,
        "id" => (field.hidden, field.required) = (false, true),
        _ => {}
    }
    if field.name == "id" {
        repair_id(field, standard);
    } else if field.type_name() != standard.type_name() {
        field.options = standard.options.clone();
    }
}

/// A wrong type of the id is left for the checks to tell of.
fn repair_id(field: &mut Field, standard: &Field) {
    let FieldOptions::Text(standard) = &standard.options else { return };
    if let FieldOptions::Text(options) = &mut field.options {
        options.primary_key = true;
        if options.pattern.is_empty() {
            options.pattern.clone_from(&standard.pattern);
        }
    }
}

/// The id field: 15 characters of `a-z0-9`, drawn at random.
pub(super) fn id_field() -> Field {
    let options = TextOptions {
        min: RECORD_ID_LENGTH,
        max: RECORD_ID_LENGTH,
        pattern: "^[a-z0-9]+$".to_owned(),
        autogenerate_pattern: "[a-z0-9]{15}".to_owned(),
        primary_key: true,
    };
    Field { system: true, required: true, ..Field::new("id", FieldOptions::Text(options)) }
}

fn auth_fields() -> Vec<Field> {
    let password = PasswordOptions { min: 8, ..PasswordOptions::default() };
    let token_key = TextOptions {
        min: 30,
        max: 60,
        autogenerate_pattern: "[a-zA-Z0-9]{50}".to_owned(),
        ..TextOptions::default()
    };
    let system = |name: &str, options| Field { system: true, ..Field::new(name, options) };
    let secret = |field: Field| Field { hidden: true, required: true, ..field };
    vec![
        id_field(),
        secret(system("password", FieldOptions::Password(password))),
        secret(system("tokenKey", FieldOptions::Text(token_key))),
        Field { required: true, ..system("email", FieldOptions::Email(EmailOptions::default())) },
        system("emailVisibility", FieldOptions::Bool(BoolOptions::default())),
        system("verified", FieldOptions::Bool(BoolOptions::default())),
    ]
}
