//! Query parameters: those that routes know, with what they don't.

use super::garbage;
use crate::dice::Dice;

const KNOWN: [&str; 16] = [
    "page",
    "perPage",
    "sort",
    "filter",
    "expand",
    "fields",
    "skipTotal",
    "cursor",
    "token",
    "thumb",
    "download",
    "FILTER",
    "filter[]",
    "options",
    "q",
    "_",
];
/// What filters, sorts, expands and fields are made of.
const PIECES: [&str; 98] = [
    "id",
    "title",
    "rank",
    "flag",
    "day",
    "tags",
    "data",
    "place",
    "owner",
    "friends",
    "scan",
    "password",
    "tokenKey",
    "email",
    "@rowid",
    "@random",
    "@request.auth.id",
    "@request.query.q",
    "@request.headers.x",
    "@request.body.title",
    "@request.body.title:isset",
    "@request.method",
    "@request.context",
    "@collection.posts.title",
    "@collection.members:a.email",
    "@now",
    "@todayStart",
    "@yesterday",
    "@year",
    "owner.name",
    "owner.posts_via_owner.title",
    "posts_via_owner",
    "friends.friends.friends.id",
    "data.a.b",
    "data.0",
    "data.\"a\"",
    "place.lat",
    "title:lower",
    "tags:each",
    "tags:length",
    "title:excerpt(5,true)",
    "*",
    "items.*",
    "expand.*",
    "=",
    "!=",
    ">",
    ">=",
    "<",
    "<=",
    "~",
    "!~",
    "?=",
    "?!=",
    "?>",
    "?~",
    "?!~",
    "&&",
    "||",
    "(",
    ")",
    "((",
    "))",
    "()",
    "'a'",
    "\"b\"",
    "'",
    "\"",
    "''",
    "'\\''",
    "'%_'",
    "1",
    "-1",
    "1.5",
    "1e9",
    "0",
    "99999999999999999999",
    "true",
    "false",
    "null",
    ",",
    ".",
    "-",
    "+",
    ":",
    "//c",
    "\n",
    "\\",
    "geoDistance(place.lon, place.lat, 1, 2)",
    "strftime('%Y-%m', day)",
    "strftime('%', day, 1, 2)",
    "geoDistance(",
    "nope(1)",
    "title.nope",
    "nope",
    "\u{0}",
    "\u{1F600}",
    "a=1",
];

/// A query string without its question mark; nothing when there is none.
pub(super) fn query(dice: &mut Dice, gentle: bool) -> Option<Vec<u8>> {
    if gentle || dice.one_in(4) {
        return None;
    }
    let mut text = Vec::new();
    for at in 0..=dice.below(4) {
        if at > 0 {
            text.push(b'&');
        }
        let name = if dice.one_in(10) { garbage::text(dice) } else { dice.word(&KNOWN).to_owned() };
        encode(dice, name.as_bytes(), &mut text);
        if dice.one_in(30) {
            continue;
        }
        text.push(b'=');
        let value = value(dice, &name);
        // A request line can't take much more.
        encode(dice, &value[..value.len().min(5_000)], &mut text);
    }
    Some(text)
}

fn value(dice: &mut Dice, name: &str) -> Vec<u8> {
    let text = match dice.below(14) {
        0 => return garbage::bytes(dice),
        1 | 2 => garbage::text(dice),
        3 => dice.word(&["(", "!", "-", "a.", "'", ",", "&&"]).repeat(2_000),
        _ => match name {
            "filter" => sentence(dice, " "),
            "sort" => {
                let between = dice.word(&["", ","]);
                sentence(dice, between)
            }
            "expand" | "fields" => {
                let between = dice.word(&[",", "."]);
                sentence(dice, between)
            }
            "page" | "perPage" | "skipTotal" => dice
                .word(&["1", "0", "-1", "1e3", "4294967296", "99999999999999999999", "true"])
                .into(),
            "cursor" => dice.word(&["", "e30", "eyJ2IjpbXX0", "AAAA", "null"]).into(),
            "thumb" => dice.word(&["100x100", "0x0", "-1x1", "1x1f", "9999999x9"]).into(),
            _ => garbage::text(dice),
        },
    };
    text.into_bytes()
}

/// Pieces in a row.
pub(super) fn sentence(dice: &mut Dice, between: &str) -> String {
    match dice.below(5) {
        // Something that can be right.
        0 => {
            let (left, sign) = (dice.word(&PIECES[..47]), dice.word(&PIECES[48..63]));
            format!("{left} {sign} {}", dice.word(&PIECES[..PIECES.len() - 12]))
        }
        1 => vec![sentence(dice, between); 1 << dice.below(6)].join(" && "),
        _ => {
            let many = 1 + dice.below(12);
            let words: Vec<&str> = (0..many).map(|_| dice.word(&PIECES)).collect();
            words.join(between)
        }
    }
}

/// Writes bytes so that they can stand in an address; now and then not.
pub(super) fn encode(dice: &mut Dice, bytes: &[u8], into: &mut Vec<u8>) {
    if dice.one_in(40) {
        return into.extend(bytes.iter().filter(|byte| !b" \r\n?#".contains(byte)));
    }
    for byte in bytes {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => into.push(*byte),
            b' ' if dice.one_in(2) => into.push(b'+'),
            other => into.extend(format!("%{other:02x}").bytes()),
        }
    }
    if dice.one_in(60) {
        into.extend(dice.word(&["%", "%f", "%zz", "%u0041", "%25%", "%c0%80"]).bytes());
    }
}
