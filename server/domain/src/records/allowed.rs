//! Refusals that are known before a body or the parameters are read.

use std::sync::Arc;

use underpin_access::{Create, List, Update, View, authorize};
use underpin_model::{Collection, DomainError, DomainResult};

use crate::{Backend, OpContext};

/// Whether the caller may list records of a collection at all.
///
/// # Errors
/// `Forbidden` when the collection is closed to the caller.
pub fn may_list(backend: &Backend, ctx: &OpContext, c: &Arc<Collection>) -> DomainResult<()> {
    authorize::<List>(&backend.schema.snapshot().policies, ctx.who(), c)?;
    Ok(())
}

/// Whether the caller may view records of a collection at all.
///
/// # Errors
/// `Forbidden` when the collection is closed to the caller.
pub fn may_view(backend: &Backend, ctx: &OpContext, c: &Arc<Collection>) -> DomainResult<()> {
    authorize::<View>(&backend.schema.snapshot().policies, ctx.who(), c)?;
    Ok(())
}

/// Whether the caller may create records in a collection at all.
///
/// # Errors
/// `Forbidden` when the collection is closed to the caller, `Invalid` when it is a view.
pub fn may_create(backend: &Backend, ctx: &OpContext, c: &Arc<Collection>) -> DomainResult<()> {
    refuse_view(c)?;
    authorize::<Create>(&backend.schema.snapshot().policies, ctx.who(), c)?;
    Ok(())
}

/// Whether the caller may update records of a collection at all.
///
/// # Errors
/// `Forbidden` when the collection is closed to the caller, `Invalid` when it is a view.
pub fn may_update(backend: &Backend, ctx: &OpContext, c: &Arc<Collection>) -> DomainResult<()> {
    refuse_view(c)?;
    authorize::<Update>(&backend.schema.snapshot().policies, ctx.who(), c)?;
    Ok(())
}

/// The records of a view are those of its query; nobody writes them.
///
/// # Errors
/// `Invalid` when the collection is a view.
pub(super) fn refuse_view(collection: &Collection) -> DomainResult<()> {
    if collection.is_view() {
        return Err(DomainError::bad_request("The records of a view can't be written."));
    }
    Ok(())
}
