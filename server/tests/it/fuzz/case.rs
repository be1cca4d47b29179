//! One request: a route, and everything about it that may be wrong.

use serde_json::Value;

use super::{
    bodies, forms, garbage, headers, parameters,
    wire::{Framing, Request},
};
use crate::dice::Dice;

/// Names of what is there, and of what is not.
const COLLECTIONS: [&str; 14] = [
    "posts",
    "posts",
    "posts",
    "members",
    "members",
    "closed",
    "titles",
    "users",
    "_superusers",
    "fuzzposts000001",
    "POSTS",
    "made1",
    "made2",
    "nope",
];
const IDS: [&str; 8] = [
    "fuzzpost0000001",
    "fuzzpost0000002",
    "fuzzpost0000003",
    "fuzzmember00001",
    "nope",
    "@me",
    "1",
    "FUZZPOST0000001",
];

/// What the requests of a world are made from.
pub(super) struct Known {
    /// All routes.
    pub(super) routes: Vec<String>,
    /// Tokens of a guest (none), a user and a superuser.
    pub(super) tokens: Vec<String>,
    /// The name of a stored file of the first record.
    pub(super) file: String,
    /// The server's address.
    pub(super) address: String,
}

/// A request to one of the routes.
pub(super) fn request(dice: &mut Dice, known: &Known) -> (String, Request) {
    let route = dice.pick(&known.routes).clone();
    let (method, path) = route.split_once(' ').unwrap();
    // What takes all away would leave nothing to ask.
    let gentle =
        method == "DELETE" && path.starts_with("/api/collections/") && !path.contains("id");
    let mut target = filled(dice, known, path, gentle);
    if let Some(query) = parameters::query(dice, gentle) {
        target.push(b'?');
        target.extend(query);
    }
    let method =
        if dice.one_in(60) { dice.word(&["HEAD", "PUT", "FOO", "OPTIONS"]) } else { method };
    let mut request = Request {
        method: method.to_owned(),
        target,
        headers: vec![
            ("Host".to_owned(), known.address.clone().into_bytes()),
            ("Connection".to_owned(), b"close".to_vec()),
        ],
        body: None,
        framing: Framing::Length,
    };
    headers::authorize(dice, &mut request, &known.tokens);
    headers::add(dice, &mut request);
    if ["POST", "PUT", "PATCH"].contains(&method) || dice.one_in(25) {
        add_body(dice, &route, &mut request);
    }
    (route, request)
}

/// The path with something in each place that a route leaves open.
fn filled(dice: &mut Dice, known: &Known, path: &str, gentle: bool) -> Vec<u8> {
    let mut target = Vec::new();
    for (at, part) in path.split('/').enumerate() {
        if at > 0 {
            target.push(b'/');
        }
        if !part.starts_with('{') {
            target.extend(part.bytes());
            continue;
        }
        if gentle {
            target.extend(dice.word(&["made1", "made2", "made3", "nope", "users"]).bytes());
            continue;
        }
        let value = match dice.below(10) {
            0 => garbage::text(dice).into_bytes(),
            1 => garbage::bytes(dice),
            // Going back to a backup begins the server anew: there has to be none of the name.
            _ if path.ends_with("/restore") => b"nope.zip".to_vec(),
            _ if path.starts_with("/api/backups") => {
                dice.word(&["fuzz1.zip", "fuzz2.zip", "upload", "nope.zip", "@auto.zip"]).into()
            }
            _ => usual(dice, known, part).into_bytes(),
        };
        parameters::encode(dice, &value[..value.len().min(3_000)], &mut target);
    }
    match dice.below(60) {
        0 => target.push(b'/'),
        1 => target.splice(0..0, b"/".iter().copied()).for_each(drop),
        2 => target.extend(b"/../.."),
        3 => target = target.to_ascii_uppercase(),
        _ => {}
    }
    target
}

fn usual(dice: &mut Dice, known: &Known, part: &str) -> String {
    match part {
        "{collection}" => dice.word(&COLLECTIONS).to_owned(),
        "{id}" | "{record}" if dice.one_in(12) => "__pbLogsCleanup__".to_owned(),
        "{id}" | "{record}" => dice.word(&IDS).to_owned(),
        "{name}" => known.file.clone(),
        _ => dice.word(&["index.html", "assets", ".env", "x/y", ""]).to_owned(),
    }
}

fn add_body(dice: &mut Dice, route: &str, request: &mut Request) {
    let mut document = bodies::for_route(dice, route);
    if dice.one_in(40) {
        document = garbage::value(dice, 4);
    } else if !dice.one_in(6) {
        garbage::spoil(dice, &mut document);
    }
    put_body(dice, &document, request);
}

/// Writes a document as a body of one kind or another.
pub(super) fn put_body(dice: &mut Dice, document: &Value, request: &mut Request) {
    request.framing = match dice.below(60) {
        0 => Framing::Short,
        1 => Framing::Long,
        2 => Framing::Both,
        3 => Framing::BrokenChunks,
        4..10 => Framing::Chunked,
        _ => Framing::Length,
    };
    let (kind, body) = match dice.below(14) {
        0..3 => forms::multipart(dice, document),
        3 => ("application/x-www-form-urlencoded".to_owned(), forms::encoded(document)),
        4 => {
            let kinds =
                ["text/plain", "", "application/xml", "application/json; charset=x", "a/b/c"];
            (dice.word(&kinds).to_owned(), garbage::json_text(dice, document))
        }
        5 if dice.one_in(30) => ("application/json".to_owned(), vec![b' '; 2 << 20]),
        _ => ("application/json".to_owned(), garbage::json_text(dice, document)),
    };
    if !kind.is_empty() {
        request.header("Content-Type", kind);
    }
    if dice.one_in(60) {
        let coding = dice.word(&["gzip", "br", "zstd", "deflate", "identity", "x"]);
        request.header("Content-Encoding", coding);
    }
    request.body = Some(body);
}
