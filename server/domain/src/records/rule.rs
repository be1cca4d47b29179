//! Whether a record passes a condition: in memory where that is enough, else by the database.

use std::sync::Arc;

use sea_query::SelectStatement;
use underpin_model::{
    Collection, DomainError, DomainResult, Principal, Record, RequestInfo, Timestamp,
};
use underpin_query::{Condition, Filter, ResolveError, RowSource, Scope, Trust, Verdict};
use underpin_storage::Database;

use super::reader::Reader;
use crate::{Backend, OpContext, schema::Snapshot};

/// The scope in which a caller's own filter and sort are resolved.
pub(super) fn client_scope<'a>(
    backend: &Backend,
    ctx: &'a OpContext,
    snapshot: &'a Snapshot,
    collection: &'a Arc<Collection>,
) -> Scope<'a> {
    let trust = trust_of(ctx.who());
    scope(backend, (&ctx.request, ctx.now), snapshot, collection, trust)
}

/// How far a principal is trusted with filters and sorts.
pub fn trust_of(who: &Principal) -> Trust {
    if who.is_superuser() { Trust::Superuser } else { Trust::Client }
}

/// The scope in which a rule is resolved.
pub(crate) fn rule_scope<'a>(
    backend: &Backend,
    asked: (&'a RequestInfo, Timestamp),
    snapshot: &'a Snapshot,
    collection: &'a Arc<Collection>,
) -> Scope<'a> {
    scope(backend, asked, snapshot, collection, Trust::Rule)
}

fn scope<'a>(
    backend: &Backend,
    (request, now): (&'a RequestInfo, Timestamp),
    snapshot: &'a Snapshot,
    collection: &'a Arc<Collection>,
    trust: Trust,
) -> Scope<'a> {
    Scope { schema: snapshot, collection, request, now, flavour: backend.database.flavour(), trust }
}

/// Whether a record, as it stands in memory, passes a condition.
///
/// # Errors
/// Storage faults; a condition that can't be resolved counts as not passed.
pub(crate) async fn passes(
    database: &Database,
    scope: &Scope<'_>,
    condition: &Condition,
    record: &Record,
) -> DomainResult<bool> {
    passes_filter(database, scope, condition, None, record).await
}

/// Whether a record passes a condition and a client's filter, which the scope is for.
///
/// # Errors
/// Storage faults; what can't be resolved counts as not passed.
pub(crate) async fn passes_filter(
    database: &Database,
    scope: &Scope<'_>,
    condition: &Condition,
    filter: Option<&Filter>,
    record: &Record,
) -> DomainResult<bool> {
    let reader = &mut Reader::Committed(database);
    answer(reader, question(scope, condition, filter, record)).await
}

/// As [`passes`], of what a reader sees.
pub(super) async fn passes_for(
    reader: &mut Reader<'_>,
    scope: &Scope<'_>,
    condition: &Condition,
    record: &Record,
) -> DomainResult<bool> {
    answer(reader, question(scope, condition, None, record)).await
}

/// As [`passes_for`], of a record that is not there yet: a condition that asks for records that
/// point to it lets nobody pass.
pub(super) async fn passes_new(
    reader: &mut Reader<'_>,
    scope: &Scope<'_>,
    condition: &Condition,
    record: &Record,
) -> DomainResult<bool> {
    if underpin_query::asks_who_points_here(scope, condition) {
        let collection = &record.collection().name;
        tracing::warn!(
            collection,
            "a create rule asks what points to the new record and lets nobody pass"
        );
        return Ok(false);
    }
    passes_for(reader, scope, condition, record).await
}

async fn answer(reader: &mut Reader<'_>, asked: Asked) -> DomainResult<bool> {
    match asked {
        Asked::Answered(passed) => Ok(passed),
        Asked::Open(select) => Ok(reader.text(select.as_ref()).await?.is_some()),
    }
}

enum Asked {
    Answered(bool),
    Open(Box<SelectStatement>),
}

fn question(
    scope: &Scope<'_>,
    condition: &Condition,
    filter: Option<&Filter>,
    record: &Record,
) -> Asked {
    let planned = match underpin_query::matches(scope, condition, filter, record) {
        Ok(Verdict::Yes) => return Asked::Answered(true),
        Ok(Verdict::No) => return Asked::Answered(false),
        Ok(Verdict::NeedsDatabase) => {
            underpin_query::exists(scope, condition, filter, RowSource::Literal(record))
        }
        Err(error) => Err(error),
    };
    match planned {
        Ok(select) => Asked::Open(Box::new(select)),
        Err(error) => {
            let collection = &record.collection().name;
            tracing::warn!(collection, %error, "a rule or filter can't be resolved and lets nobody pass");
            Asked::Answered(false)
        }
    }
}

/// A client's filter or sort that can't be resolved, as the answer to the client.
pub(super) fn refuse(error: ResolveError) -> DomainError {
    match error {
        ResolveError::Forbidden => {
            DomainError::Forbidden("Only superusers may use @request and @collection here.")
        }
        other => DomainError::bad_request(other.to_string()),
    }
}
