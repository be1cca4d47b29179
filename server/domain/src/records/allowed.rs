//! Refusals that are known before a body is read.

use std::sync::Arc;

use underpin_access::{Create, Update, authorize};
use underpin_model::{Collection, DomainResult};

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
