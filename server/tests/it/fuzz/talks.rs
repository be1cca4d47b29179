//! Websockets and streams: a handshake, then frames and topics that nobody expects.

use std::time::Instant;

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::{
    bodies,
    case::{Known, put_body},
    garbage, headers, parameters,
    wire::{Framing, Outcome, PATIENCE, Request, connect},
};
use crate::dice::Dice;

/// The id of the last frame, which is right and has an answer.
const LAST: &str = "the-last-frame";

/// What went wrong in a talk.
pub(super) enum Talk {
    Well,
    Wrong(String),
}

fn frame(dice: &mut Dice, known: &Known) -> Value {
    let id = format!("c{}", dice.below(5));
    let mut frame = match dice.below(5) {
        0 => json!({ "type": "ping", "id": id }),
        1 => json!({ "type": "auth", "id": id, "token": dice.pick(&known.tokens) }),
        2 => json!({ "type": "unsubscribe", "id": id, "sub": "s" }),
        _ => json!({
            "type": "subscribe", "id": id, "sub": "s",
            "topic": dice.word(&["posts", "posts/*", "members/fuzzmember00001", "closed", "nope"]),
            "filter": parameters::sentence(dice, " "), "expand": "owner", "fields": "id,title",
            "since": dice.word(&["", "0.0", "x.1", "x.-1", "x.99999999999999999999"]),
        }),
    };
    if !dice.one_in(4) {
        garbage::spoil(dice, &mut frame);
    }
    frame
}

/// A frame as bytes: masked text, unless it is broken; whether the server may hang up at it.
fn as_bytes(dice: &mut Dice, content: &[u8]) -> (Vec<u8>, bool) {
    let kind = match dice.below(20) {
        0 => u8::try_from(dice.below(256)).unwrap(),
        1 => 0x82,
        2 => 0x01,
        3 => 0x89,
        _ => 0x81,
    };
    let mask = [1, 2, 3, 4];
    let (marked, claimed) = match dice.below(40) {
        0 => (0, content.len()),
        1 => (0x80, usize::MAX / 2),
        2 => (0x80, content.len() + 50),
        _ => (0x80, content.len()),
    };
    let mut bytes = vec![kind];
    match claimed {
        0..126 => bytes.push(marked | u8::try_from(claimed).unwrap()),
        126..65_536 => {
            bytes.push(marked | 126);
            bytes.extend(u16::try_from(claimed).unwrap().to_be_bytes());
        }
        _ => {
            bytes.push(marked | 127);
            bytes.extend(u64::try_from(claimed).unwrap().to_be_bytes());
        }
    }
    if marked == 0 {
        bytes.extend(content);
    } else {
        bytes.extend(mask);
        bytes.extend(content.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
    }
    let is_right = kind == 0x81 && marked != 0 && claimed == content.len();
    let is_text = std::str::from_utf8(content).is_ok();
    (bytes, !is_right || !is_text || content.len() > 60_000)
}

/// Talks over a websocket; the last frame must be answered unless one before was no frame.
pub(super) async fn websocket(dice: &mut Dice, known: &Known) -> Talk {
    let mut bytes =
        "GET /api/realtime/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Protocol: underpin.v1\r\n\r\n"
            .as_bytes()
            .to_vec();
    let mut may_end = false;
    let mut told = Vec::new();
    for _ in 0..=dice.below(8) {
        let document = frame(dice, known);
        let content = garbage::json_text(dice, &document);
        told.push(content.escape_ascii().to_string());
        let (frame, ends) = as_bytes(dice, &content);
        bytes.extend(frame);
        may_end |= ends;
    }
    let mut plain = Dice::new(0);
    let last = json!({ "type": "ping", "id": LAST }).to_string();
    let ping = loop {
        if let (ping, false) = as_bytes(&mut plain, last.as_bytes()) {
            break ping;
        }
    };
    bytes.extend(ping);
    let heard = tokio::time::timeout(PATIENCE, listen(&known.address, &bytes)).await;
    let wrong = |what: &str, heard: &str| {
        Talk::Wrong(format!(
            "websocket {what}: {heard:.600}\n    frames: {:.1500}",
            told.join("\n            ")
        ))
    };
    match heard {
        Err(_) if may_end => Talk::Well,
        Err(_) => wrong("hung", ""),
        Ok(text) if text.contains("\"internal\"") => wrong("failed", &text),
        Ok(text) if may_end || text.contains(LAST) => Talk::Well,
        Ok(text) => wrong("ended", &text),
    }
}

/// All that is said until the last frame is answered, or the connection ends.
async fn listen(address: &str, bytes: &[u8]) -> String {
    let mut heard = String::new();
    let Ok(mut stream) = connect(address).await else { return heard };
    let _ = stream.write_all(bytes).await;
    let mut part = vec![0; 4_096];
    while let Ok(many @ 1..) = stream.read(&mut part).await {
        heard.push_str(&String::from_utf8_lossy(&part[..many]));
        if heard.contains(LAST) {
            break;
        }
    }
    heard
}

/// Opens a stream and sets its topics.
pub(super) async fn stream(dice: &mut Dice, known: &Known) -> (Request, Outcome) {
    let mut bytes = vec![0; 4_096];
    let mut heard = String::new();
    let begun = Instant::now();
    let mut stream = connect(&known.address).await.ok();
    if let Some(stream) = &mut stream {
        let _ = stream.write_all(b"GET /api/realtime HTTP/1.1\r\nHost: x\r\n\r\n").await;
        while !heard.contains("data:") && begun.elapsed() < PATIENCE {
            match tokio::time::timeout(PATIENCE, stream.read(&mut bytes)).await {
                Ok(Ok(many @ 1..)) => heard.push_str(&String::from_utf8_lossy(&bytes[..many])),
                _ => break,
            }
        }
    }
    let client = heard.lines().find_map(|line| line.strip_prefix("id:")).unwrap_or_default();
    let mut document = bodies::subscription(dice, client.trim());
    if !dice.one_in(4) {
        garbage::spoil(dice, &mut document);
    }
    let mut request = Request {
        method: "POST".to_owned(),
        target: b"/api/realtime".to_vec(),
        headers: vec![
            ("Host".to_owned(), known.address.clone().into_bytes()),
            ("Connection".to_owned(), b"close".to_vec()),
        ],
        body: None,
        framing: Framing::Length,
    };
    headers::authorize(dice, &mut request, &known.tokens);
    put_body(dice, &document, &mut request);
    let outcome = request.send(&known.address).await;
    drop(stream);
    (request, outcome)
}
