//! Refusals that are known before a body is read.

use std::sync::Arc;

use underpin_access::{Create, Update, authorize};
use underpin_model::{Collection, DomainError, DomainResult};

use crate::{Backend, OpContext};

/// Whether the caller may create records in a collection at all.
///
/// # Errors
/// `Forbidden` when the collection is closed to the caller.
pub fn may_create(backend: &Backend, ctx: &OpContext, c: &Arc<Collection>) -> DomainResult<()> {
    authorize::<Create>(&backend.schema.snapshot().policies, ctx.who(), c)?;
    Ok(())
}

/// Whether the caller may update records of a collection at all.
///
/// # Errors
/// `Forbidden` when the collection is closed to the caller.
pub fn may_update(backend: &Backend, ctx: &OpContext, c: &Arc<Collection>) -> DomainResult<()> {
    authorize::<Update>(&backend.schema.snapshot().policies, ctx.who(), c)?;
    Ok(())
}

/// Filters and sorts of clients may not speak of `@request` and `@collection`, not even in a
/// literal: answers could be told apart by it.
///
/// # Errors
/// `Forbidden` for everybody but superusers.
pub fn check_client_text(ctx: &OpContext, text: &str) -> DomainResult<()> {
    let speaks = text.contains("@request.") || text.contains("@collection.");
    if speaks && !ctx.who().is_superuser() {
        return Err(DomainError::Forbidden("Only superusers may use @request and @collection here."));
    }
    Ok(())
}
