//! The address that a request comes from: the peer's, or what trusted headers of a proxy tell.

use std::net::IpAddr;

use actix_web::HttpRequest;
use underpin_domain::settings::TrustedProxy;

/// The client's address. Headers count only where the settings name them: anybody can send them.
pub(crate) fn client_address(request: &HttpRequest, trusted: &TrustedProxy) -> Option<IpAddr> {
    let told = trusted.headers.iter().find_map(|name| {
        // Of a header that is sent several times the last one is the nearest proxy's.
        let values: Vec<&str> = request
            .headers()
            .get_all(name.as_str())
            .filter_map(|value| value.to_str().ok())
            .collect();
        let mut addresses = values
            .iter()
            .flat_map(|value| value.split(','))
            .filter_map(|text| text.trim().parse().ok());
        if trusted.use_leftmost_ip { addresses.next() } else { addresses.next_back() }
    });
    told.or_else(|| request.peer_addr().map(|address| address.ip()))
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn address(sent: &[&str], headers: &[&str], use_leftmost_ip: bool) -> String {
        let mut request = TestRequest::default().peer_addr("127.0.0.1:80".parse().unwrap());
        for value in sent {
            request = request.append_header(("X-Forwarded-For", *value));
        }
        let headers = headers.iter().map(|name| (*name).to_owned()).collect();
        let trusted = TrustedProxy { headers, use_leftmost_ip };
        client_address(&request.to_http_request(), &trusted).unwrap().to_string()
    }

    #[test]
    fn headers_count_only_where_they_are_trusted() {
        assert_eq!(address(&["1.2.3.4"], &[], false), "127.0.0.1");
        assert_eq!(address(&["1.2.3.4"], &["X-Real-IP"], false), "127.0.0.1");
        assert_eq!(address(&["1.2.3.4"], &["x-forwarded-for"], false), "1.2.3.4");
        assert_eq!(address(&["1.2.3.4"], &["", "bad name", "X-Forwarded-For"], false), "1.2.3.4");
    }

    #[test]
    fn of_several_addresses_one_end_counts() {
        let trusted = ["X-Forwarded-For"];
        for (sent, right, left) in [
            (["6.6.6.6, 1.2.3.4", ""], "1.2.3.4", "6.6.6.6"),
            (["6.6.6.6", "1.2.3.4"], "1.2.3.4", "6.6.6.6"),
            (["6.6.6.6, 1.2.3.4, x", ""], "1.2.3.4", "6.6.6.6"),
            (["x", ""], "127.0.0.1", "127.0.0.1"),
            (["::ffff:1.2.3.4", ""], "1.2.3.4", "1.2.3.4"),
        ] {
            assert_eq!(address(&sent, &trusted, false), right);
            assert_eq!(address(&sent, &trusted, true), left);
        }
    }
}
