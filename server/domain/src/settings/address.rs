//! Hosts and addresses, as settings name them.

use std::net::IpAddr;

use underpin_model::{ErrorCode, ErrorTree};

/// Longest name of a host, in bytes.
const MAX_HOST_BYTES: usize = 255;
/// Longest part of one, in bytes.
const MAX_LABEL_BYTES: usize = 63;

/// Whether a text is the name of a host or an address.
pub(super) fn is_host(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok() || is_name(text)
}

/// Letters, digits, `_` and `-` in parts that dots join, perhaps with a dot behind.
fn is_name(text: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let is_label = |label: &str| {
        (1..=MAX_LABEL_BYTES).contains(&label.len())
            && label.bytes().all(|byte| is_sign(byte) || byte == b'-')
            && label.bytes().next().is_some_and(is_sign)
    };
    let name = text.strip_suffix('.').unwrap_or(text);
    text.len() <= MAX_HOST_BYTES && name.split('.').all(is_label)
}

/// A range of addresses, such as `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Range {
    network: IpAddr,
    bits: u32,
}

impl Range {
    fn read(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let network: IpAddr = address.parse().ok()?;
        let most = if network.is_ipv4() { 32 } else { 128 };
        let read = |text: &str| {
            let bits: Option<u32> = text.parse().ok();
            bits.filter(|bits| *bits <= most && bits.to_string() == text)
        };
        let bits = bits.map_or(Some(most), read)?;
        // An address of IPv4 that is written as one of IPv6 has its bits at the end.
        let canonical = network.to_canonical();
        let before = if canonical.is_ipv4() && network.is_ipv6() { 96 } else { 0 };
        Some(Self { network: canonical, bits: bits.saturating_sub(before) })
    }

    fn contains(self, address: IpAddr) -> bool {
        let differs = match (self.network, address.to_canonical()) {
            (IpAddr::V4(one), IpAddr::V4(other)) => {
                (one.to_bits() ^ other.to_bits()).leading_zeros()
            }
            (IpAddr::V6(one), IpAddr::V6(other)) => {
                (one.to_bits() ^ other.to_bits()).leading_zeros()
            }
            _ => return false,
        };
        differs >= self.bits
    }
}

/// Whether one of the addresses and ranges covers an address.
pub fn covers(list: &[String], address: IpAddr) -> bool {
    list.iter().filter_map(|text| Range::read(text)).any(|range| range.contains(address))
}

/// Whether a text is an address or a range of them.
pub fn is_range(text: &str) -> bool {
    Range::read(text).is_some()
}

/// What is wrong with a list of addresses and ranges, by place.
pub(super) fn check_list(list: &[String]) -> ErrorTree {
    let mut errors = ErrorTree::default();
    for (place, text) in list.iter().enumerate() {
        if text.is_empty() {
            errors.put(&place.to_string(), ErrorCode::Required);
        } else if Range::read(text).is_none() {
            errors.put(&place.to_string(), ErrorCode::InvalidIp);
        }
    }
    errors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_from_other_texts() {
        for text in ["localhost", "127.0.0.1", "::1", "a_b.c", "_x", "smtp.example.com", "a.", "a-"]
        {
            assert!(is_host(text), "{text}");
        }
        let long = "x".repeat(64);
        for text in ["", "bad host", "a..b", "-a", "[::1]", "a:25", "ä.de", "a/b", &long] {
            assert!(!is_host(text), "{text}");
        }
    }

    #[test]
    fn a_range_covers_its_addresses_and_no_other() {
        let list = ["10.1.0.0/16", "192.168.0.7", "2001:db8::/32"].map(str::to_owned);
        let covered = |text: &str| covers(&list, text.parse().unwrap());
        for text in ["10.1.255.3", "::ffff:10.1.2.3", "192.168.0.7", "2001:db8:1::1"] {
            assert!(covered(text), "{text}");
        }
        assert!(covers(&["::ffff:10.0.0.0/104".to_owned()], "10.9.9.9".parse().unwrap()));
        for text in ["10.2.0.1", "192.168.0.8", "2001:db9::1", "::1"] {
            assert!(!covered(text), "{text}");
        }
        assert!(covers(&["0.0.0.0/0".to_owned()], "1.2.3.4".parse().unwrap()));
    }

    #[test]
    fn lists_are_checked_by_place() {
        let list = ["127.0.0.1", "", "x", "1.2.3.4/33", "10.0.0.5/08", "::1/+4"].map(str::to_owned);
        let wrong: Vec<_> = check_list(&list).0.into_keys().collect();
        assert_eq!(wrong, ["1", "2", "3", "4", "5"]);
    }
}
