//! Forms, whole and broken.

use serde_json::Value;

use super::garbage;
use crate::dice::Dice;

const BOUNDARIES: [&str; 6] = ["xyz", "----formdata-1", "'()+_,-./:=?", "x", "a b", ""];

/// A multipart form with the document's entries: content type and body.
pub(super) fn multipart(dice: &mut Dice, document: &Value) -> (String, Vec<u8>) {
    let boundary = if dice.one_in(8) { dice.word(&BOUNDARIES) } else { "xyz" };
    let mut body = Vec::new();
    let mut part = |head: &str, content: &[u8]| {
        body.extend(format!("--{boundary}\r\n{head}\r\n\r\n").bytes());
        body.extend(content);
        body.extend(b"\r\n");
    };
    if dice.one_in(3) {
        let json = garbage::json_text(dice, document);
        part("Content-Disposition: form-data; name=\"@jsonPayload\"", &json);
    } else {
        for (name, value) in document.as_object().into_iter().flatten() {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let name = quoted(name);
            part(&format!("Content-Disposition: form-data; name=\"{name}\""), text.as_bytes());
        }
    }
    for _ in 0..dice.below(3) {
        let (head, content) = file(dice);
        part(&head, &content);
    }
    if !dice.one_in(12) {
        body.extend(format!("--{boundary}--\r\n").bytes());
    }
    let cut = dice.below(body.len() + 1);
    match dice.below(20) {
        0 => body.truncate(cut),
        1 => drop(body.splice(cut..cut, garbage::bytes(dice))),
        2 => body.retain(|byte| *byte != b'\r'),
        3 => body = [b"\r\n\r\n".to_vec(), body].concat(),
        _ => {}
    }
    let kind = match dice.below(15) {
        0 => "multipart/form-data".to_owned(),
        1 => "multipart/form-data; boundary=other".to_owned(),
        2 => format!("multipart/mixed; boundary={boundary}"),
        3 => format!("multipart/form-data; boundary={}", "x".repeat(300)),
        _ => format!("multipart/form-data; boundary={boundary}"),
    };
    (kind, body)
}

fn file(dice: &mut Dice) -> (String, Vec<u8>) {
    let name = quoted(&garbage::text(dice));
    let field = dice.word(&["scan", "scan+", "+scan", "scan-", "title", "nope", "", "file"]);
    let head = match dice.below(10) {
        0 => "Content-Disposition: form-data".to_owned(),
        1 => format!("Content-Disposition: attachment; name={field}; filename={name}"),
        2 => "X: y".to_owned(),
        3 => format!(
            "Content-Disposition: form-data; name=\"{field}\"; filename*=UTF-8''%ff%00{name}"
        ),
        4 => format!(
            "Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Transfer-Encoding: base64\r\nContent-Length: -1"
        ),
        _ => format!(
            "Content-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\
             Content-Type: {}",
            dice.word(&["text/plain", "image/png", "x", "", "text/plain; charset=utf-7"])
        ),
    };
    let contents: [&[u8]; 6] =
        [b"", b"hello", b"\x89PNG\r\n\x1a\n", b"<svg onload=x>", b"\xff\xd8\xff", b"--xyz\r\n"];
    (head, dice.pick(&contents).to_vec())
}

fn quoted(text: &str) -> String {
    text.chars().filter(|sign| !"\r\n".contains(*sign)).take(500).collect()
}

/// The document's entries as an address has them.
pub(super) fn encoded(document: &Value) -> Vec<u8> {
    let pairs = document.as_object().into_iter().flatten().map(|(name, value)| {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        format!("{name}={}", text.replace('&', "%26"))
    });
    pairs.collect::<Vec<_>>().join("&").into_bytes()
}
