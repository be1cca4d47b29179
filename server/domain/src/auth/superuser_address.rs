//! Where superusers may come from.

use std::net::IpAddr;

use underpin_model::{DomainError, DomainResult, Principal};

use crate::Backend;

/// Turns a superuser away who comes from elsewhere than the settings allow. Where the address is
/// not known it is none of those.
///
/// # Errors
/// `Forbidden`
pub(super) fn check_address(
    backend: &Backend,
    who: &Principal,
    from: Option<IpAddr>,
) -> DomainResult<()> {
    let settings = backend.settings.current();
    let may_come = |from| settings.lets_superusers_in_from(from);
    match who {
        Principal::Superuser(_) if !from.map_or(settings.superuser_ips.is_empty(), may_come) => {
            Err(DomainError::Forbidden("Superusers may not come from this address."))
        }
        _ => Ok(()),
    }
}
