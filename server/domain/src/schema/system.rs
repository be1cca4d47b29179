//! The collections that the server itself needs, and the `users` collection of a new project.

use underpin_model::{
    Collection, CollectionKind, DomainError, DomainResult, Field, FieldOptions, Rules,
    field::{AutodateOptions, FileOptions, TextOptions},
};

use super::{create::create_from, draft::blank, save::reload, system_fields};
use crate::{Backend, OpContext};

/// Rule of collections whose rows belong to one auth record.
const OWN_ROWS: &str = "@request.auth.id != '' && recordRef = @request.auth.id && collectionRef = @request.auth.collectionId";

/// Makes the system collections that are missing; on a new project `users` as well.
///
/// # Errors
/// Storage faults.
pub async fn ensure_system_collections(backend: &Backend) -> DomainResult<()> {
    let ctx = OpContext::system(backend.clock.now());
    let is_new = backend.schema.snapshot().collections().is_empty();
    for collection in system_collections() {
        make_missing(backend, &ctx, collection).await?;
    }
    if is_new {
        make_missing(backend, &ctx, users()).await?;
    }
    Ok(())
}

/// Most times that a collection is tried to be made while other nodes make theirs.
const MAX_TRIES: usize = 50;

/// Makes a collection that is missing; another node that starts may be quicker.
async fn make_missing(
    backend: &Backend,
    ctx: &OpContext,
    collection: Collection,
) -> DomainResult<()> {
    for _ in 0..MAX_TRIES {
        if backend.schema.snapshot().find(&collection.name).is_some() {
            return Ok(());
        }
        match create_from(backend, ctx, collection.clone()).await {
            Err(DomainError::Busy) => reload(backend).await?,
            made => return made.map(drop),
        }
    }
    Err(DomainError::Busy)
}

fn system_collections() -> Vec<Collection> {
    vec![
        owned(
            "_mfas",
            &["method"],
            &[("idx_mfas_collectionRef_recordRef", false, &["collectionRef", "recordRef"])],
        ),
        owned_otps(),
        owned(
            "_externalAuths",
            &["provider", "providerId"],
            &[
                (
                    "idx_externalAuths_record_provider",
                    true,
                    &["collectionRef", "recordRef", "provider"],
                ),
                (
                    "idx_externalAuths_collection_provider",
                    true,
                    &["collectionRef", "provider", "providerId"],
                ),
            ],
        ),
        owned(
            "_authOrigins",
            &["fingerprint"],
            &[(
                "idx_authOrigins_unique_pairs",
                true,
                &["collectionRef", "recordRef", "fingerprint"],
            )],
        ),
        superusers(),
    ]
}

type IndexPlan<'a> = (&'a str, bool, &'a [&'a str]);

/// A system collection whose rows belong to an auth record; shown to that record alone.
fn owned(name: &str, texts: &[&str], indexes: &[IndexPlan<'_>]) -> Collection {
    let mut collection = blank(CollectionKind::Base);
    name.clone_into(&mut collection.name);
    collection.system = true;
    for text in ["collectionRef", "recordRef"].iter().chain(texts) {
        let field = Field::new(text, FieldOptions::Text(TextOptions::default()));
        collection.fields.push(Field { system: true, required: true, ..field });
    }
    collection.fields.extend(autodates(true));
    for (index, unique, columns) in indexes {
        let unique = if *unique { "UNIQUE " } else { "" };
        let columns = columns.join(",");
        collection.indexes.push(format!("CREATE {unique}INDEX `{index}` ON `{name}` ({columns})"));
    }
    let rule = Some(OWN_ROWS.to_owned());
    collection.rules = Rules { list: rule.clone(), view: rule.clone(), ..Rules::default() };
    if matches!(name, "_externalAuths" | "_authOrigins") {
        collection.rules.delete = rule;
    }
    collection
}

fn owned_otps() -> Collection {
    use underpin_model::field::PasswordOptions;
    let index: IndexPlan<'_> =
        ("idx_otps_collectionRef_recordRef", false, &["collectionRef", "recordRef"]);
    let mut collection = owned("_otps", &[], &[index]);
    let password = Field::new("password", FieldOptions::Password(PasswordOptions::default()));
    let sent_to = Field::new("sentTo", FieldOptions::Text(TextOptions::default()));
    let place = collection.fields.len().saturating_sub(2);
    let password = Field { system: true, required: true, hidden: true, ..password };
    collection.fields.insert(place, password);
    collection.fields.insert(place + 1, Field { system: true, hidden: true, ..sent_to });
    collection
}

fn superusers() -> Collection {
    let mut collection = blank(CollectionKind::Auth);
    system_fields::ensure(&mut collection);
    underpin_model::collection::SUPERUSERS.clone_into(&mut collection.name);
    collection.system = true;
    collection.fields.extend(autodates(true));
    if let Some(auth) = &mut collection.auth {
        auth.auth_token.duration = 86_400;
    }
    collection
}

/// The collection that a new project starts with: anybody may sign up, everybody sees himself.
fn users() -> Collection {
    let mut collection = blank(CollectionKind::Auth);
    system_fields::ensure(&mut collection);
    "_pb_users_auth_".clone_into(&mut collection.id);
    "users".clone_into(&mut collection.name);
    let name = TextOptions { max: 255, ..TextOptions::default() };
    let images = ["image/jpeg", "image/png", "image/svg+xml", "image/gif", "image/webp"];
    let avatar = FileOptions {
        max_select: 1,
        mime_types: images.map(str::to_owned).to_vec(),
        ..FileOptions::default()
    };
    collection.fields.push(Field::new("name", FieldOptions::Text(name)));
    collection.fields.push(Field::new("avatar", FieldOptions::File(avatar)));
    collection.fields.extend(autodates(false));
    let own = Some("id = @request.auth.id".to_owned());
    collection.rules = Rules {
        list: own.clone(),
        view: own.clone(),
        create: Some(String::new()),
        update: own.clone(),
        delete: own,
        ..collection.rules
    };
    if let Some(auth) = &mut collection.auth {
        "name".clone_into(&mut auth.oauth2.mapped_fields.name);
        "avatar".clone_into(&mut auth.oauth2.mapped_fields.avatar_url);
    }
    collection
}

fn autodates(system: bool) -> [Field; 2] {
    let field = |name: &str, on_update| {
        let options = AutodateOptions { on_create: true, on_update };
        Field { system, ..Field::new(name, FieldOptions::Autodate(options)) }
    };
    [field("created", false), field("updated", true)]
}
