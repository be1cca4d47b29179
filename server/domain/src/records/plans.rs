//! The reads that no rule limits: by id, by a column's value.

use std::sync::{Arc, LazyLock};

use sea_query::SelectStatement;
use underpin_model::{Collection, DomainError, DomainResult, Principal, RequestInfo, Timestamp};
use underpin_query::{Condition, Projection, ResolveError, Scope, Trust, possible_id};

use crate::{Backend, schema::Snapshot};

/// The server's own request, for reads that nobody asked for.
static OWN_REQUEST: LazyLock<RequestInfo> = LazyLock::new(|| RequestInfo::of(Principal::System));

/// The record with an id, whoever asks.
pub(crate) fn by_id(
    backend: &Backend,
    snapshot: &Snapshot,
    collection: &Arc<Collection>,
    id: &str,
    projection: Projection,
) -> DomainResult<SelectStatement> {
    let scope = own_scope(backend, snapshot, collection);
    underpin_query::one(&scope, &Condition::Always, None, id, projection).map_err(fault)
}

/// Reads a record by id, whoever asks. Planned once a snapshot.
///
/// Not for what depends on the caller: the public form of auth records.
pub(crate) async fn read_by_id(
    backend: &Backend,
    snapshot: &Snapshot,
    collection: &Arc<Collection>,
    id: &str,
    projection: Projection,
) -> DomainResult<Option<String>> {
    let key = (collection.id.clone(), projection);
    let known = snapshot.keyed_read(&key);
    let read = match known {
        Some(read) => read,
        None => {
            let select = by_id(backend, snapshot, collection, SAMPLE, projection)?;
            let Some(read) = backend.database.keyed_read(&select, SAMPLE) else {
                let select = by_id(backend, snapshot, collection, id, projection)?;
                return Ok(backend.database.text_now(&select).await?);
            };
            // A definition that is still a draft must not leave its plan behind.
            if snapshot.find(&collection.id).is_some_and(|known| Arc::ptr_eq(known, collection)) {
                snapshot.keep_read(key, read.clone());
            }
            read
        }
    };
    Ok(backend.database.text_by_key(&read, possible_id(id)).await?)
}

/// An id that no record has.
const SAMPLE: &str = "\u{1f}sample";

/// Every record with a value in a field, secrets included: one row, a JSON array.
pub(crate) fn stored_by_value(
    backend: &Backend,
    snapshot: &Snapshot,
    collection: &Arc<Collection>,
    (field, value): (&str, &str),
    limit: u64,
) -> DomainResult<SelectStatement> {
    stored_by_values(backend, snapshot, collection, (field, &[value.to_owned()]), limit)
}

/// As [`stored_by_value`], with one of these values.
pub(super) fn stored_by_values(
    backend: &Backend,
    snapshot: &Snapshot,
    collection: &Arc<Collection>,
    (field, values): (&str, &[String]),
    limit: u64,
) -> DomainResult<SelectStatement> {
    let scope = own_scope(backend, snapshot, collection);
    let field = collection.field(field).ok_or(DomainError::NotFound)?;
    underpin_query::by_column(
        &scope,
        &Condition::Always,
        field,
        values,
        &[],
        limit,
        Projection::Stored,
    )
    .map_err(fault)
}

fn own_scope<'a>(
    backend: &Backend,
    snapshot: &'a Snapshot,
    collection: &'a Arc<Collection>,
) -> Scope<'a> {
    let now = Timestamp::from_millis(0).unwrap_or_else(|| backend.clock.now());
    let flavour = backend.database.flavour();
    let request = &OWN_REQUEST;
    Scope { schema: snapshot, collection, request, now, flavour, trust: Trust::Superuser }
}

fn fault(error: ResolveError) -> DomainError {
    DomainError::fault("planning a read", error)
}
