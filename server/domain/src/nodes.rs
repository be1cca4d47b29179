//! What other nodes change: the schema with its policies, and the settings. Every node holds them
//! in memory, and brings them up to date.
//!
//! # What holds
//! * A write that was planned on a schema is carried out on that schema or not at all, on whatever
//!   nodes schema and records are changed: the version is compared under the lock that writes have.
//! * Nothing else is answered by a schema, policies or settings that were replaced more than
//!   [`MAX_AGE`] before the request came in: a node that has not heard of the others for so long
//!   asks the database, request by request, and refuses those for which it can't. Usually it hears
//!   of a change within milliseconds.
//!
//! Where one node has the database for itself, its memory is the truth and nothing is looked at.

use std::{sync::Arc, time::Duration};

use underpin_model::{DomainError, DomainResult};
use underpin_storage::Versions;

use crate::{Backend, schema, settings};

/// How old what a node knows of the others may be.
pub const MAX_AGE: Duration = Duration::from_secs(1);

/// Sees to it that a request is not answered by what may have been replaced. A node that has not
/// heard of the others for too long asks the database before it goes on.
///
/// # Errors
/// [`DomainError::Busy`] while the database can't be asked.
pub async fn check_fresh(backend: &Backend) -> DomainResult<()> {
    if backend.database.versions().is_none() || backend.schema.is_confirmed_within(MAX_AGE) {
        return Ok(());
    }
    let refreshed = async {
        let seen = backend.database.look_at_versions().await?;
        take_over(backend, seen).await
    };
    refreshed.await.map_err(|error| {
        tracing::warn!(%error, "other nodes may have changed what can't be looked at");
        DomainError::Busy
    })
}

/// Takes over what other nodes change; ends with the database.
pub async fn follow(backend: Arc<Backend>) {
    let Some(mut versions) = backend.database.versions() else { return };
    loop {
        let seen = *versions.borrow_and_update();
        if let Err(error) = take_over(&backend, seen).await {
            tracing::warn!(%error, "a change of another node could not be taken over yet");
        }
        if versions.changed().await.is_err() {
            return;
        }
    }
}

async fn take_over(backend: &Backend, seen: Versions) -> DomainResult<()> {
    if backend.schema.snapshot().version < seen.schema {
        schema::reload(backend).await?;
    }
    if backend.settings.version() < seen.settings {
        settings::reload(backend).await?;
    }
    backend.schema.confirm(seen.seen);
    Ok(())
}
