//! The form of web addresses: `scheme://user:password@host:port/path?query#fragment`.
//!
//! Scheme and path may be missing, as in `example.com`.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Schemes that are taken, in lower case alone.
const SCHEMES: [&str; 7] = ["http", "https", "ftp", "ws", "wss", "tcp", "udp"];
/// Shortest address, in bytes.
const MIN_BYTES: usize = 4;
/// Longest address, in characters: what browsers are sure to take.
const MAX_CHARS: usize = 2_082;
/// Most digits of a port.
const MAX_PORT_DIGITS: usize = 5;

/// Whether a text has the form of a web address.
pub fn is_web_address(text: &str) -> bool {
    host(text).is_some()
}

/// The host of a web address without its port, or nothing when the text is none.
pub(super) fn host(text: &str) -> Option<&str> {
    if text.len() < MIN_BYTES || text.chars().count() > MAX_CHARS {
        return None;
    }
    // ASCII alone: an international path may hold any sign.
    if text.chars().any(|sign| sign.is_ascii_whitespace() || sign.is_control()) {
        return None;
    }
    let (scheme, rest) = match text.split_once("://") {
        Some((scheme, rest)) => (Some(scheme), rest),
        None => (None, text),
    };
    if scheme.is_some_and(|scheme| !SCHEMES.contains(&scheme)) {
        return None;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, behind) = rest.split_at_checked(end)?;
    // Without a scheme a lone word is no address: there must be a dot or a port.
    let path = behind.split(['?', '#']).next().unwrap_or_default();
    if scheme.is_none() && !authority.contains([':', '.']) && !path.contains('.') {
        return None;
    }
    let has_bad_escape = behind.split('?').next().is_some_and(|path| !is_escaped_well(path))
        || behind.split_once('#').is_some_and(|(_, fragment)| !is_escaped_well(fragment));
    let host_and_port = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    if has_bad_escape || !is_escaped_well(authority) {
        return None;
    }
    split_port(host_and_port)
}

/// Splits off a port and checks both halves.
fn split_port(text: &str) -> Option<&str> {
    if let Some(inside) = text.strip_prefix('[') {
        let (address, behind) = inside.split_once(']')?;
        let bare = address.split("%25").next().unwrap_or_default();
        let port_fits = behind.is_empty() || behind.strip_prefix(':').is_some_and(is_port);
        return (port_fits && bare.parse::<Ipv6Addr>().is_ok()).then_some(address);
    }
    let (host, port) = match text.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    (port.is_none_or(is_port) && is_host(host)).then_some(host)
}

fn is_port(text: &str) -> bool {
    (1..=MAX_PORT_DIGITS).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A number address, or labels joined by dots, the last of which begins with a letter
/// unless it stands alone.
fn is_host(text: &str) -> bool {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return !address.is_unspecified();
    }
    let name = text.strip_suffix('.').unwrap_or(text);
    let last = name.rsplit('.').next().unwrap_or_default();
    let stands_alone = !name.contains('.');
    let begins_well = stands_alone || last.starts_with(|sign: char| !sign.is_ascii_digit());
    begins_well && name.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    let is_edge =
        |sign: char| sign.is_ascii_alphanumeric() || ('\u{a1}'..='\u{ffff}').contains(&sign);
    label.starts_with(is_edge)
        && label.ends_with(is_edge)
        && label.chars().all(|sign| is_edge(sign) || sign == '-' || sign == '_')
}

/// Whether every `%` is followed by two hexadecimal digits.
fn is_escaped_well(text: &str) -> bool {
    let mut parts = text.split('%');
    parts.next();
    parts.all(|part| {
        matches!(part.as_bytes(), [first, second, ..]
            if first.is_ascii_hexdigit() && second.is_ascii_hexdigit())
    })
}
