//! What is removed: everything when a superuser says so, and by and by what is old.

use underpin_model::DomainResult;
use underpin_storage::LogLimits;

use super::LogCaps;
use crate::Backend;

const SECONDS_A_DAY: i64 = 24 * 3_600;

/// Removes every entry. For superusers; the caller has checked that.
///
/// # Errors
/// Storage faults.
pub async fn clear(backend: &Backend) -> DomainResult<()> {
    backend.logs.flush().await;
    Ok(backend.logs.database().clear().await?)
}

/// Gives room back, and keeps the statistics of the log's tables up to date.
///
/// # Errors
/// Storage faults.
pub async fn tidy_up(backend: &Backend) -> DomainResult<()> {
    Ok(backend.logs.database().tidy_up().await?)
}

/// Removes what is older, slighter or more than the settings and the configuration say, and tells
/// how many entries went.
///
/// # Errors
/// Storage faults.
pub async fn clean_up(backend: &Backend) -> DomainResult<u64> {
    let settings = backend.settings.current();
    let age = settings.logs.max_days.saturating_mul(SECONDS_A_DAY);
    let from = backend.clock.now().plus_seconds(age.saturating_neg());
    let LogCaps { rows, bytes } = backend.logs.caps();
    let limits = LogLimits {
        from: Some(from.to_string()),
        level: Some(settings.logs.min_level),
        rows: Some(rows),
        bytes: Some(bytes),
    };
    Ok(backend.logs.database().trim(&limits).await?)
}
