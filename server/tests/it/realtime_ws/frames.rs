//! Frames that are wrong, and bounds: each is answered, none harms the connection of others.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio_tungstenite::{connect_async, tungstenite::Message};
use underpin_testkit::TestServer;

use super::{server_with_posts, told};

/// Type and code of an answer.
fn kind(frame: &Value) -> (&str, &str) {
    (frame["type"].as_str().unwrap(), frame["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn the_first_frame_tells_the_limits() {
    let server = TestServer::start().await;
    let address = format!("{}/api/realtime/ws", server.base.replace("http", "ws"));
    let (mut stream, _) = connect_async(address).await.unwrap();
    let first = stream.next().await.unwrap().unwrap();
    let frame: Value = serde_json::from_str(first.to_text().unwrap()).unwrap();
    assert_eq!(frame["type"], "ready");
    assert_eq!(frame["heartbeat"], 25);
    assert_eq!(frame["limits"], json!({ "frameBytes": 65_536, "subscriptions": 1_000 }));
    assert!(!frame["connection"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn frames_that_cannot_be_read_are_answered_and_the_connection_goes_on() {
    let server = server_with_posts().await;
    let mut socket = server.socket().await;
    let deep = format!("{{\"id\":\"1\",\"type\":{}1{}}}", "[".repeat(30_000), "]".repeat(30_000));
    let twice = "{\"id\":\"1\",\"type\":\"ping\",\"id\":\"2\"}";
    let wrong = [
        "",
        "{",
        "[]",
        "null",
        "5",
        "\"text\"",
        "{\"type\":\"ping\"}",
        "{\"id\":\"\"}",
        "{\"id\":7}",
        "not json",
        "{\"id\":\"1\",\"type\":\"\\ud800\"}",
        twice,
        &deep,
    ];
    for text in wrong {
        socket.send_raw(text).await;
        let frame = socket.frame().await;
        assert_eq!(kind(&frame), ("error", "invalid_frame"), "{text:.60}");
    }
    let long = json!({ "id": "x".repeat(300), "type": "ping" }).to_string();
    socket.send_raw(&long).await;
    assert_eq!(kind(&socket.frame().await), ("error", "invalid_frame"));
    assert_eq!(socket.call(json!({ "type": "ping" })).await["type"], "ok");
}

#[tokio::test]
async fn unknown_types_are_answered_as_such() {
    let server = TestServer::start().await;
    let mut socket = server.socket().await;
    for frame in
        [json!({ "type": "dance" }), json!({ "type": 5 }), json!({}), json!({ "type": "" })]
    {
        assert_eq!(kind(&socket.call(frame).await), ("error", "unknown_type"));
    }
}

#[tokio::test]
async fn binary_frames_are_refused_and_the_connection_goes_on() {
    let server = TestServer::start().await;
    let address = format!("{}/api/realtime/ws", server.base.replace("http", "ws"));
    let (mut stream, _) = connect_async(address).await.unwrap();
    stream.next().await.unwrap().unwrap();
    stream.send(Message::binary(b"{\"id\":\"1\",\"type\":\"ping\"}".to_vec())).await.unwrap();
    stream.send(Message::text("{\"id\":\"2\",\"type\":\"ping\"}")).await.unwrap();
    let mut frames = Vec::new();
    for _ in 0..2 {
        let message = stream.next().await.unwrap().unwrap();
        frames.push(serde_json::from_str::<Value>(message.to_text().unwrap()).unwrap());
    }
    assert_eq!(kind(&frames[0]), ("error", "binary_frame"));
    assert_eq!(frames[1], json!({ "type": "ok", "id": "2" }));
}

#[tokio::test]
async fn a_frame_beyond_the_limit_ends_its_connection_with_1009_and_no_other() {
    let server = server_with_posts().await;
    let mut other = server.socket().await;
    other.subscribe("s", "posts").await;
    for size in [65_537, 70_000] {
        let mut socket = server.socket().await;
        let frame = json!({ "id": "1", "type": "ping", "pad": "x".repeat(size) });
        socket.send_raw(&frame.to_string()).await;
        assert_eq!(socket.close_code().await, 1009);
    }
    server.superuser().create("posts", json!({ "title": "still here" })).await;
    assert_eq!(told(&other.frame().await), ("create", "still here"));
}

#[tokio::test]
async fn what_cannot_be_subscribed_is_refused_with_its_reason() {
    let server = server_with_posts().await;
    server.collection(json!({ "name": "locked", "type": "base" })).await;
    let mut socket = server.socket().await;
    let long = format!("title = '{}'", "x".repeat(4_000));
    let many = vec!["title = 'x'"; 201].join("||");
    let cases = [
        (json!({ "topic": "posts" }), "invalid_frame"),
        (json!({ "sub": "", "topic": "posts" }), "invalid_frame"),
        (json!({ "sub": 7, "topic": "posts" }), "invalid_frame"),
        (json!({ "sub": "x".repeat(300), "topic": "posts" }), "invalid_frame"),
        (json!({ "sub": "s" }), "invalid_topic"),
        (json!({ "sub": "s", "topic": ["posts"] }), "invalid_frame"),
        (json!({ "sub": "s", "topic": "posts/" }), "invalid_topic"),
        (json!({ "sub": "s", "topic": "posts/a/b" }), "invalid_topic"),
        (json!({ "sub": "s", "topic": "po sts'--" }), "invalid_topic"),
        (json!({ "sub": "s", "topic": "nothing" }), "not_found"),
        (json!({ "sub": "s", "topic": "locked" }), "forbidden"),
        (json!({ "sub": "s", "topic": "locked/abc" }), "forbidden"),
        (json!({ "sub": "s", "topic": "posts", "filter": "title =" }), "invalid"),
        (json!({ "sub": "s", "topic": "posts", "filter": "nope = 1" }), "invalid"),
        (json!({ "sub": "s", "topic": "posts", "filter": long }), "invalid"),
        (json!({ "sub": "s", "topic": "posts", "filter": many }), "invalid"),
        (json!({ "sub": "s", "topic": "posts", "filter": ["title = 'x'"] }), "invalid_frame"),
        (json!({ "sub": "s", "topic": "posts", "filter": 5 }), "invalid_frame"),
        (json!({ "sub": "s", "topic": "posts", "since": 5 }), "invalid_frame"),
        (json!({ "sub": "s", "topic": "posts", "fields": {} }), "invalid_frame"),
        (json!({ "sub": "s", "topic": "posts", "snapshot": {} }), "not_supported"),
    ];
    for (mut frame, code) in cases {
        frame["type"] = json!("subscribe");
        let shown = format!("{frame:.120}");
        assert_eq!(kind(&socket.call(frame).await), ("error", code), "{shown}");
    }
}

#[tokio::test]
async fn subscriptions_of_a_connection_are_bounded() {
    let server = server_with_posts().await;
    let mut socket = server.socket().await;
    for number in 0..1_000 {
        let answer = socket.subscribe(&format!("s{number}"), "posts/none").await;
        assert_eq!(answer["type"], "ok", "{number}");
    }
    assert_eq!(socket.subscribe("one too many", "posts").await["type"], "error");
    socket.call(json!({ "type": "unsubscribe", "sub": "s0" })).await;
    assert_eq!(socket.subscribe("fits", "posts").await["type"], "ok");
    // A name that is there already takes no further place.
    assert_eq!(socket.subscribe("fits", "posts").await["type"], "ok");
}

#[tokio::test]
async fn a_plain_request_to_the_address_of_the_websocket_is_refused() {
    let server = TestServer::start().await;
    server.guest().get("/api/realtime/ws").await.expect(400);
    assert_eq!(server.backend.hub.connected(), 0);
}
