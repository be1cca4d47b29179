//! Texts, numbers and JSON that nobody expects.

use serde_json::{Map, Value, json};

use crate::dice::Dice;

/// Texts that have broken something somewhere.
const TEXTS: [&str; 64] = [
    "",
    " ",
    "null",
    "undefined",
    "true",
    "NaN",
    "0",
    "-1",
    "1e999",
    "-0",
    "0x10",
    "1_000",
    "9223372036854775808",
    "18446744073709551616",
    "4294967296",
    "-9223372036854775809",
    "99999999999999999999999999999999999999",
    "\u{0}",
    "a\u{0}b",
    "\r\n",
    "\t",
    "\u{7f}",
    "\u{85}",
    "\u{feff}",
    "\u{202e}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{10ffff}",
    "e\u{301}",
    "ß",
    "İ",
    "\u{1F600}",
    "..",
    "../../etc/passwd",
    "..\\..\\x",
    "/",
    "//",
    "\\",
    "%",
    "%00",
    "%2e%2e%2f",
    "'",
    "\"",
    "`",
    "' OR 1=1 --",
    "\"; DROP TABLE posts; --",
    "$1",
    "?",
    "{:x}",
    "{{x}}",
    "${x}",
    "<script>",
    "&amp;",
    "@",
    "a@b",
    "@request.auth.id",
    "@collection.posts.id",
    "http://",
    "//x",
    "2024-02-30 25:61:61.000Z",
    "9999-12-31 23:59:59.999Z",
    "[]",
    "{}",
    "CON",
];
/// Names that mean something here.
pub(super) const NAMES: [&str; 60] = [
    "id",
    "title",
    "rank",
    "flag",
    "mail",
    "link",
    "day",
    "tags",
    "data",
    "place",
    "text",
    "scan",
    "owner",
    "friends",
    "created",
    "updated",
    "email",
    "password",
    "passwordConfirm",
    "tokenKey",
    "verified",
    "emailVisibility",
    "name",
    "type",
    "fields",
    "indexes",
    "listRule",
    "viewRule",
    "createRule",
    "updateRule",
    "deleteRule",
    "manageRule",
    "authRule",
    "system",
    "hidden",
    "query",
    "write",
    "collections",
    "deleteMissing",
    "requests",
    "method",
    "url",
    "body",
    "headers",
    "clientId",
    "subscriptions",
    "identity",
    "collectionId",
    "collectionName",
    "expand",
    "rank+",
    "tags-",
    "+title",
    "scan-",
    "viewQuery",
    "options",
    "oauth2",
    "mfa",
    "otp",
    "passwordAuth",
];
const NUMBERS: [&str; 16] = [
    "0",
    "-0",
    "-1",
    "1",
    "0.1",
    "1e308",
    "-1e308",
    "5e-324",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551615",
    "2147483648",
    "1e20",
    "123456789012345678901234567890",
    "1.7976931348623157e308",
];

/// A text.
pub(super) fn text(dice: &mut Dice) -> String {
    match dice.below(12) {
        0 => dice.word(&TEXTS).repeat(1 + dice.below(300)),
        1 => (0..dice.below(20)).map(|_| sign(dice)).collect(),
        2 => format!("{}{}", dice.word(&TEXTS), dice.word(&NAMES)),
        3 => format!("{}{}", dice.word(&NAMES), dice.word(&TEXTS)),
        4 | 5 => dice.word(&NAMES).to_owned(),
        6 => "x".repeat(1 << dice.below(14)),
        _ => dice.word(&TEXTS).to_owned(),
    }
}

/// Any sign at all.
fn sign(dice: &mut Dice) -> char {
    let most = [0x80, 0x800, 0x1_0000, 0x11_0000][dice.below(4)];
    u32::try_from(dice.below(most)).ok().and_then(char::from_u32).unwrap_or('\u{d7ff}')
}

/// Bytes that are no text.
pub(super) fn bytes(dice: &mut Dice) -> Vec<u8> {
    let pieces: [&[u8]; 8] =
        [b"\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf0\x9f", b"\0", b"\x80", b"\xc0\xaf", b"\x1b["];
    let many = 1 + dice.below(5);
    let mut bytes = Vec::new();
    for _ in 0..many {
        bytes.extend(*dice.pick(&pieces));
        if dice.one_in(2) {
            bytes.extend(dice.word(&NAMES).bytes());
        }
    }
    bytes
}

/// A value of any kind.
pub(super) fn value(dice: &mut Dice, depth: usize) -> Value {
    match dice.below(if depth == 0 { 6 } else { 9 }) {
        0 => Value::Null,
        1 => json!(dice.one_in(2)),
        2 => serde_json::from_str(dice.word(&NUMBERS)).unwrap(),
        6 => Value::Array((0..dice.below(5)).map(|_| value(dice, depth - 1)).collect()),
        7 => {
            let mut map = Map::new();
            for _ in 0..dice.below(5) {
                map.insert(text(dice), value(dice, depth - 1));
            }
            Value::Object(map)
        }
        8 => {
            let same = value(dice, 0);
            Value::Array(vec![same; 1 << dice.below(9)])
        }
        _ => Value::String(text(dice)),
    }
}

/// Changes a document in one to three places.
pub(super) fn spoil(dice: &mut Dice, document: &mut Value) {
    for _ in 0..=dice.below(3) {
        spoil_once(dice, document);
    }
}

fn spoil_once(dice: &mut Dice, document: &mut Value) {
    // Down to somewhere, and there one change.
    let stops = dice.one_in(4);
    match document {
        Value::Object(map) if !stops && !map.is_empty() => {
            let key = map.keys().nth(dice.below(map.len())).unwrap().clone();
            match dice.below(10) {
                0 => drop(map.remove(&key)),
                1 => {
                    let moved = map.remove(&key).unwrap();
                    map.insert(text(dice), moved);
                }
                2 => drop(map.insert(text(dice), value(dice, 2))),
                3 => drop(map.insert(dice.word(&NAMES).to_owned(), value(dice, 2))),
                4 => drop(map.insert(key.to_uppercase(), value(dice, 2))),
                _ => spoil_once(dice, map.get_mut(&key).unwrap()),
            }
        }
        Value::Array(items) if !stops && !items.is_empty() => {
            let at = dice.below(items.len());
            match dice.below(8) {
                0 => drop(items.remove(at)),
                1 => {
                    let again = items[at].clone();
                    items.extend(std::iter::repeat_n(again, 1 << dice.below(9)));
                }
                2 => items.push(value(dice, 2)),
                _ => spoil_once(dice, &mut items[at]),
            }
        }
        other => {
            *other = match dice.below(4) {
                0 => Value::Array(vec![other.take()]),
                1 => json!({ (text(dice)): other.take() }),
                _ => value(dice, 3),
            }
        }
    }
}

/// The document as text, sometimes with damage that no document has.
pub(super) fn json_text(dice: &mut Dice, document: &Value) -> Vec<u8> {
    let text = document.to_string();
    let mut bytes = text.clone().into_bytes();
    let at = dice.below(bytes.len() + 1);
    match dice.below(24) {
        0 => bytes.truncate(at),
        1 => drop(bytes.splice(at..at, garbage_in_json(dice))),
        2 => bytes = text.replacen('{', "{\"id\":1,\"id\":\"2\",", 1).into_bytes(),
        3 => bytes.extend(b" and more"),
        4 => bytes = [b"\xef\xbb\xbf".to_vec(), bytes].concat(),
        5 => bytes = nested(dice, "[", "]"),
        6 => bytes = nested(dice, "{\"data\":", "}"),
        7 if !bytes.is_empty() => {
            let at = at.min(bytes.len() - 1);
            bytes[at] = u8::try_from(dice.below(256)).unwrap();
        }
        8 => bytes = text.replacen(':', ":[[[[{\"\\u0000\":-1E+999}]]]],\"x\":", 1).into_bytes(),
        _ => {}
    }
    bytes
}

fn garbage_in_json(dice: &mut Dice) -> Vec<u8> {
    let pieces: [&[u8]; 14] = [
        b"\\ud800",
        b"\"\\udc00\"",
        b"\\u0000",
        b"\0",
        b"\xff",
        b"1e999999",
        b"-",
        b"NaN",
        b"//x\n",
        b",",
        b"}",
        b"]",
        b"\"",
        b"\\",
    ];
    dice.pick(&pieces).to_vec()
}

fn nested(dice: &mut Dice, open: &str, close: &str) -> Vec<u8> {
    let depth = [64, 127, 128, 129, 1_000, 20_000][dice.below(6)];
    let close = if dice.one_in(2) { close.repeat(depth) } else { String::new() };
    format!("{}1{close}", open.repeat(depth)).into_bytes()
}
