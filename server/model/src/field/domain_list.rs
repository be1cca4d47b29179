//! Lists of allowed and refused domains, for e-mail and web addresses.

use std::sync::LazyLock;

use regex::Regex;

use crate::{ErrorCode, ErrorTree};

/// A name of two or more labels, the last one without digits at its ends.
static DOMAIN: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    Regex::new(&format!(r"^(?:{label}\.)+[A-Za-z](?:[A-Za-z0-9-]{{0,61}}[A-Za-z0-9])$")).ok()
});

/// Whether the lists let a domain through: when `only` has entries it must be among them,
/// else it must not be among `except`. ASCII case and a closing dot make no other domain.
pub fn allows(domain: &str, only: &[String], except: &[String]) -> bool {
    let domain = domain.strip_suffix('.').unwrap_or(domain);
    let listed = |list: &[String]| list.iter().any(|entry| entry.eq_ignore_ascii_case(domain));
    if only.is_empty() { !listed(except) } else { listed(only) }
}

/// Checks the options: real domains, and only one of the two lists in use.
pub(super) fn check_options(only: &[String], except: &[String]) -> ErrorTree {
    let mut errors = ErrorTree::default();
    if !only.is_empty() && !except.is_empty() {
        errors.put("onlyDomains", ErrorCode::Empty);
        errors.put("exceptDomains", ErrorCode::Empty);
        return errors;
    }
    errors.put_branch("onlyDomains", bad_entries(only));
    errors.put_branch("exceptDomains", bad_entries(except));
    errors
}

fn bad_entries(list: &[String]) -> ErrorTree {
    let mut errors = ErrorTree::default();
    let is_domain = |entry: &str| DOMAIN.as_ref().is_some_and(|domain| domain.is_match(entry));
    for (position, entry) in list.iter().enumerate() {
        if !entry.is_empty() && !is_domain(entry) {
            errors.put(&position.to_string(), ErrorCode::IsDomain);
        }
    }
    errors
}
