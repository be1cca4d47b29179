//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr};

use actix_web::{dev::ServiceRequest, http::header::HeaderMap};
use underpin_domain::{
    Origin,
    settings::{TrustedProxy, covers},
};

/// Addresses and ranges of the proxies that may stand in front.
#[derive(Clone, Debug, Default)]
pub(crate) struct Proxies(pub(crate) Vec<String>);

/// The other end of the connection; what a proxy says of the client where the settings name its
/// header and the other end is a proxy that may say so.
pub(crate) fn origin(request: &ServiceRequest, proxy: &TrustedProxy, proxies: &Proxies) -> Origin {
    let peer = request.peer_addr().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.ip());
    origin_of(peer.to_canonical(), request.headers(), proxy, proxies)
}

fn origin_of(peer: IpAddr, headers: &HeaderMap, proxy: &TrustedProxy, proxies: &Proxies) -> Origin {
    if !proxy.headers.is_empty() && covers(&proxies.0, peer) {
        for name in &proxy.headers {
            let told = addresses(headers, name);
            if let (Some(first), Some(last)) = (told.first(), told.last()) {
                // Whoever sent the request may have written all but the last one himself.
                let client = if proxy.use_leftmost_ip { *first } else { *last };
                return Origin { client, vouched: *last };
            }
        }
    }
    Origin { client: peer, vouched: peer }
}

/// The addresses in all lines of a header, in their order; what is none is passed over.
fn addresses(headers: &HeaderMap, name: &str) -> Vec<IpAddr> {
    let lines = headers.get_all(name).filter_map(|line| line.to_str().ok());
    let parts = lines.flat_map(|line| line.split(','));
    parts
        .filter_map(|part| part.trim().parse().ok())
        .map(|told: IpAddr| told.to_canonical())
        .collect()
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    const FORWARDED: HeaderName = HeaderName::from_static("x-forwarded-for");

    fn origin(peer: &str, lines: &[&str], leftmost: bool) -> [String; 2] {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(FORWARDED, HeaderValue::from_str(line).unwrap());
        }
        let names = ["X-Real-IP", "no header", "X-Forwarded-For"].map(str::to_owned);
        let proxy = TrustedProxy { headers: names.into(), use_leftmost_ip: leftmost };
        let proxies = Proxies(vec!["10.0.0.0/8".to_owned()]);
        let found = origin_of(peer.parse().unwrap(), &headers, &proxy, &proxies);
        [found.client.to_string(), found.vouched.to_string()]
    }

    #[test]
    fn the_last_address_that_a_known_proxy_tells_is_the_clients() {
        assert_eq!(origin("10.0.0.1", &["8.8.8.8, 1.1.1.1"], false), ["1.1.1.1"; 2]);
        assert_eq!(origin("10.0.0.1", &["8.8.8.8", "::ffff:1.1.1.1 , x"], false), ["1.1.1.1"; 2]);
        assert_eq!(origin("10.0.0.1", &["8.8.8.8, 1.1.1.1"], true), ["8.8.8.8", "1.1.1.1"]);
    }

    #[test]
    fn others_are_not_believed_and_neither_are_texts() {
        assert_eq!(origin("9.9.9.9", &["1.1.1.1"], false), ["9.9.9.9"; 2]);
        for line in ["", ",", "unknown", "1.1.1.1:80", "[2001:db8::1]", "1.1.1"] {
            assert_eq!(origin("10.0.0.1", &[line], true), ["10.0.0.1"; 2], "{line}");
        }
    }
}
