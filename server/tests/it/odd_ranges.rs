//! Ranges and conditions that are out of shape (security D20).

use reqwest::Method;
use underpin_testkit::TestServer;

const HEADERS: [&str; 5] = ["Range", "If-Range", "If-None-Match", "If-Modified-Since", "If-Match"];

/// Asks for something of a length with each of them. The answer is the whole, a part of it, or a
/// short refusal.
pub(crate) async fn are_passed_over_or_refused(
    server: &TestServer,
    address: &str,
    length: usize,
    statuses: &[u16],
) {
    let many = format!("bytes={}", vec!["0-1"; 5_000].join(","));
    let behind = format!("bytes={length}-");
    let values = [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=--1",
        "bytes=0--1",
        "bytes=1-0",
        "bytes=-0",
        "bytes=0-,1-2,-3",
        "bytes=11-",
        "bytes=99-",
        "bytes=99999999999-",
        "bytes=0-18446744073709551615",
        "bytes=0-18446744073709551616",
        "bytes=18446744073709551615-18446744073709551615",
        "bytes=-9223372036854775809",
        "bytes=0x1-2",
        "bytes= 0-1",
        "bytes=0 - 1",
        "bytes=\u{e9}-1",
        "BYTES=0-1",
        "items=0-1",
        "bytes=0-1;q=1",
        "\"",
        "W/",
        "Thu, 99 Xxx 9999 99:99:99 GMT",
        &behind,
        &many,
    ];
    for method in [Method::GET, Method::HEAD] {
        for value in values {
            for name in HEADERS {
                let request = server.guest().request(method.clone(), address);
                let sent = request.header(name, value.as_bytes()).send().await.unwrap();
                let (status, bytes) = (sent.status().as_u16(), sent.bytes().await.unwrap());
                let what = format!("{method} {name}: {value:.40}: {status}");
                assert!(statuses.contains(&status), "{what}");
                let most = if status >= 400 { 1_000 } else { length };
                assert!(bytes.len() <= most, "{what}: {} bytes", bytes.len());
            }
        }
    }
}
