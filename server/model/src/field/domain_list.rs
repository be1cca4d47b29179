//! Lists of allowed and refused domains, for e-mail and web addresses.

use crate::{ErrorCode, FieldError};

/// Checks a domain against the lists: `only` wins when it is not empty. ASCII case is ignored.
///
/// # Errors
/// [`ErrorCode::BadDomain`] when the domain is refused.
pub fn check(domain: &str, only: &[String], except: &[String]) -> Result<(), FieldError> {
    let listed = |list: &[String]| list.iter().any(|entry| entry.eq_ignore_ascii_case(domain));
    if (!only.is_empty() && !listed(only)) || listed(except) {
        return Err(ErrorCode::BadDomain.into());
    }
    Ok(())
}
