//! The log as a collection, so that filters and sorts of it are those of records.

use std::sync::{Arc, LazyLock};

use underpin_model::{
    Collection, CollectionKind, DomainError, DomainResult, Field, FieldOptions, Principal,
    RequestInfo, Rules,
    field::{JsonOptions, NumberOptions, TextOptions},
};
use underpin_query::{
    Condition, Filter, ResolveError, SchemaLookup, Scope, SortBy, SortKey, Trust,
};
use underpin_storage::LOG_TABLE;

use crate::{Backend, OpContext};

static SHAPE: LazyLock<Arc<Collection>> = LazyLock::new(|| Arc::new(shape()));
/// Filters of the log see nothing of the request.
static NO_REQUEST: LazyLock<RequestInfo> = LazyLock::new(|| RequestInfo::of(Principal::Guest));

/// What plans of the log know of the schema: nothing but the log.
struct Alone;

impl SchemaLookup for Alone {
    fn collection(&self, _: &str) -> Option<Arc<Collection>> {
        None
    }

    fn list_condition(&self, _: &Principal, _: &Arc<Collection>) -> Condition {
        Condition::Never
    }
}

/// The scope in which filters and sorts of the log are resolved.
pub(super) fn scope(backend: &Backend, ctx: &OpContext) -> Scope<'static> {
    Scope {
        schema: &Alone,
        collection: &SHAPE,
        request: &NO_REQUEST,
        now: ctx.now,
        flavour: backend.database.flavour(),
        trust: Trust::Client,
    }
}

/// Refuses modifiers of fields: there is nothing that they would be good for.
pub(super) fn check(filter: Option<&Filter>, sort: &[SortKey]) -> DomainResult<()> {
    let names = filter.map(Filter::names).unwrap_or_default();
    let keys = sort.iter().filter_map(|key| match &key.by {
        SortBy::Name(name) => Some(name),
        SortBy::Insertion | SortBy::Random => None,
    });
    match names.into_iter().chain(keys).find(|name| name.path.len() == 1 && name.modifier.is_some())
    {
        Some(name) => Err(refuse(ResolveError::BadModifier(name.to_string()))),
        None => Ok(()),
    }
}

/// Why the log can't be asked this.
pub(super) fn refuse(error: ResolveError) -> DomainError {
    match error {
        ResolveError::Forbidden => {
            DomainError::bad_request("Filters of the log can't use @request or @collection.")
        }
        other => DomainError::bad_request(other.to_string()),
    }
}

fn shape() -> Collection {
    let text = |name| Field::new(name, FieldOptions::Text(TextOptions::default()));
    let fields = vec![
        text("id"),
        Field::new("level", FieldOptions::Number(NumberOptions::default())),
        text("message"),
        Field::new("data", FieldOptions::Json(JsonOptions::default())),
        text("created"),
    ];
    Collection {
        id: String::new(),
        name: LOG_TABLE.to_owned(),
        kind: CollectionKind::Base,
        system: true,
        fields,
        indexes: Vec::new(),
        rules: Rules::default(),
        auth: None,
        view_query: None,
        created: String::new(),
        updated: String::new(),
    }
}
