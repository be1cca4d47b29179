//! The fields and indexes that every collection, or every auth collection, has.

use underpin_model::{
    Collection, CollectionKind, Field, FieldOptions,
    field::{BoolOptions, EmailOptions, PasswordOptions, STANDARD_ID_PATTERN, TextOptions},
    id::RECORD_ID_LENGTH,
};

/// Puts the system fields that a definition left out back in, and repairs their flags.
pub(super) fn ensure(collection: &mut Collection) {
    let wanted = match collection.kind {
        CollectionKind::View => return,
        CollectionKind::Base => vec![id_field()],
        CollectionKind::Auth => auth_fields(),
    };
    for (place, standard) in wanted.into_iter().enumerate() {
        match collection.fields.iter_mut().find(|field| field.name == standard.name) {
            Some(field) => repair(field, &standard),
            None => collection.fields.insert(place.min(collection.fields.len()), standard),
        }
    }
}

/// Puts the unique indexes that an auth collection needs back in.
pub(super) fn ensure_indexes(collection: &mut Collection) {
    if collection.kind != CollectionKind::Auth {
        return;
    }
    let (id, name) = (collection.id.clone(), collection.name.clone());
    let wanted = [
        (
            format!("idx_tokenKey_{id}"),
            format!("CREATE UNIQUE INDEX `idx_tokenKey_{id}` ON `{name}` (`tokenKey`)"),
        ),
        (
            format!("idx_email_{id}"),
            format!(
                "CREATE UNIQUE INDEX `idx_email_{id}` ON `{name}` (`email`) WHERE `email` != ''"
            ),
        ),
    ];
    for (index, statement) in wanted {
        if !collection.indexes.iter().any(|text| text.contains(&format!("`{index}`"))) {
            collection.indexes.push(statement);
        }
    }
}

/// The flags that clients can't change, and the options without which signing in breaks.
fn repair(field: &mut Field, standard: &Field) {
    field.system = true;
    field.hidden = standard.hidden || (field.hidden && field.name != "id");
    if field.name != "email" {
        field.required = standard.required;
    }
    if field.name == "id"
        && let FieldOptions::Text(options) = &mut field.options
    {
        options.primary_key = true;
        if options.pattern.is_empty() {
            options.pattern = STANDARD_ID_PATTERN.to_owned();
        }
    }
}

/// The id field: 15 characters of `a-z0-9`, drawn at random.
pub(super) fn id_field() -> Field {
    let options = TextOptions {
        min: RECORD_ID_LENGTH,
        max: RECORD_ID_LENGTH,
        pattern: STANDARD_ID_PATTERN.to_owned(),
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
