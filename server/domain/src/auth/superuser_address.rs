//! Where superusers may come from.

use underpin_model::{DomainError, DomainResult, Principal};

use crate::{Backend, Origin};

/// Turns a superuser away who comes from elsewhere than the settings allow. Where the address is
/// not known it is none of those.
///
/// # Errors
/// `Forbidden`
pub fn check_address(backend: &Backend, who: &Principal, from: Option<Origin>) -> DomainResult<()> {
    if matches!(who, Principal::Superuser(_)) { check_gate(backend, from) } else { Ok(()) }
}

/// As [`check_address`], for who wants to become a superuser.
pub(super) fn check_gate(backend: &Backend, from: Option<Origin>) -> DomainResult<()> {
    let settings = backend.settings.current();
    let may_come = |from: Origin| settings.lets_superusers_in_from(from.vouched);
    if from.map_or(settings.superuser_ips.is_empty(), may_come) {
        return Ok(());
    }
    Err(DomainError::Forbidden("Superusers may not come from this address."))
}
