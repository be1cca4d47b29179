//! Whether a record passes a condition: in memory where that is enough, else by the database.

use std::sync::Arc;

use sea_query::SelectStatement;
use underpin_model::{Collection, DomainError, DomainResult, Record, RequestInfo, Timestamp};
use underpin_query::{Condition, ResolveError, RowSource, Scope, Trust, Verdict};
use underpin_storage::{Database, Transaction};

use crate::{Backend, OpContext, schema::Snapshot};

/// The scope in which a caller's own filter and sort are resolved.
pub(super) fn client_scope<'a>(
    backend: &Backend,
    ctx: &'a OpContext,
    snapshot: &'a Snapshot,
    collection: &'a Arc<Collection>,
) -> Scope<'a> {
    let trust = if ctx.who().is_superuser() { Trust::Superuser } else { Trust::Client };
    scope(backend, (&ctx.request, ctx.now), snapshot, collection, trust)
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
    match question(scope, condition, record)? {
        Asked::Answered(passed) => Ok(passed),
        Asked::Open(select) => Ok(database.text(&select).await?.is_some()),
    }
}

/// As [`passes`], inside a write.
pub(super) async fn passes_within(
    tx: &mut Transaction,
    scope: &Scope<'_>,
    condition: &Condition,
    record: &Record,
) -> DomainResult<bool> {
    match question(scope, condition, record)? {
        Asked::Answered(passed) => Ok(passed),
        Asked::Open(select) => Ok(tx.text(&select).await?.is_some()),
    }
}

enum Asked {
    Answered(bool),
    Open(Box<SelectStatement>),
}

fn question(scope: &Scope<'_>, condition: &Condition, record: &Record) -> DomainResult<Asked> {
    match underpin_query::matches(scope, condition, record) {
        Verdict::Yes => Ok(Asked::Answered(true)),
        Verdict::No => Ok(Asked::Answered(false)),
        Verdict::NeedsDatabase => {
            match underpin_query::exists(scope, condition, RowSource::Literal(record)) {
                Ok(select) => Ok(Asked::Open(Box::new(select))),
                Err(error) => {
                    tracing::warn!(collection.name = %record.collection().name, %error, "a stored rule can't be resolved and lets nobody pass");
                    Ok(Asked::Answered(false))
                }
            }
        }
    }
}

/// A client's filter or sort that can't be resolved, as the answer to the client.
pub(super) fn refuse(error: ResolveError) -> DomainError {
    match error {
        ResolveError::Forbidden(_) => {
            DomainError::Forbidden("Only superusers may use @request and @collection here.")
        }
        other => DomainError::bad_request(other.to_string()),
    }
}
