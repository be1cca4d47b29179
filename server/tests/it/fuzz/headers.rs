//! Headers: what routes look at, with what they don't expect.

use super::{garbage, wire::Request};
use crate::dice::Dice;

const NAMES: [&str; 30] = [
    "Range",
    "If-Range",
    "If-None-Match",
    "If-Match",
    "If-Modified-Since",
    "If-Unmodified-Since",
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Origin",
    "Cookie",
    "X-Forwarded-For",
    "X-Real-IP",
    "Forwarded",
    "X-HTTP-Method-Override",
    "Last-Event-ID",
    "Upgrade",
    "Expect",
    "Content-Encoding",
    "Content-Type",
    "Content-Disposition",
    "Access-Control-Request-Method",
    "Access-Control-Request-Headers",
    "TE",
    "Trailer",
    "X-Request-Id",
    "User-Agent",
    "Referer",
    "X-Token",
    "Via",
];
const VALUES: [&str; 48] = [
    "bytes=0-",
    "bytes=-1",
    "bytes=5-2",
    "bytes=0-0,2-3,-1",
    "bytes=-",
    "bytes=a-b",
    "lines=1-2",
    "bytes=99999999999999999999-",
    "bytes=0-99999999999999999999",
    "*",
    "\"x\"",
    "W/\"x\"",
    "\"",
    "Thu, 01 Jan 2099 00:00:00 GMT",
    "Thu, 99 Xxx 9999 99:99:99 GMT",
    "0",
    "-1",
    "gzip",
    "br",
    "zstd",
    "deflate",
    "identity;q=0",
    "*;q=0",
    "gzip;q=nan",
    "gzip, gzip, gzip",
    "null",
    "http://x",
    "127.0.0.1",
    "::1",
    "[::1]:80",
    "1.2.3.4, 5.6.7.8",
    "999.1.1.1",
    "unknown",
    "for=\"[::1]\"",
    "DELETE",
    "websocket",
    "h2c",
    "100-continue",
    "application/json",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "text/event-stream",
    "application/json; charset=utf-16",
    "trailers",
    "a=b; c=d",
    "en-US,en;q=0.5",
    "x.1",
    "18446744073709551616",
];

/// Puts a few in.
pub(super) fn add(dice: &mut Dice, request: &mut Request) {
    for _ in 0..dice.below(4) {
        let name = dice.word(&NAMES);
        let value = match dice.below(12) {
            0 => garbage::text(dice).into_bytes(),
            1 => garbage::bytes(dice),
            2 => vec![b'x'; 1 << dice.below(13)],
            _ => dice.word(&VALUES).as_bytes().to_vec(),
        };
        // A line end would be the end of the header.
        let value = value.into_iter().filter(|byte| !b"\r\n\0".contains(byte));
        request.header(name, value.collect::<Vec<_>>());
    }
    if dice.one_in(100) {
        for at in 0..*dice.pick(&[50, 90, 120]) {
            request.header(&format!("X-{at}"), "y");
        }
    }
}

/// Who asks: one of those whose tokens are given, or somebody whom nobody knows.
pub(super) fn authorize(dice: &mut Dice, request: &mut Request, tokens: &[String]) {
    let token = dice.pick(tokens).clone();
    let value = match dice.below(25) {
        0 => garbage::text(dice),
        1 => format!("Bearer {token}"),
        2 => token.chars().rev().collect(),
        3 => format!("{token}{}", garbage::text(dice)),
        4 => token.replace('.', ".."),
        5 => "eyJhbGciOiJub25lIn0.eyJpZCI6IjEifQ.".to_owned(),
        _ => token,
    };
    let value: String = value.chars().filter(|sign| !"\r\n\0".contains(*sign)).collect();
    if !value.is_empty() {
        request.header("Authorization", value);
    }
}
