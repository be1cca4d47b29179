//! The scripted server: each test says what it sends and what it expects.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{ErrorResponse, Request, Response};

use crate::client::{Client, ClientBuilder};
use crate::realtime::{RealtimeTimings, Subscription};
use crate::record::Record;

/// A test that waits longer than this has failed.
const PATIENCE: Duration = Duration::from_secs(10);

/// A record that carries its place in the order of events.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Numbered {
    pub(super) n: u64,
}

pub(super) struct FakeServer {
    listener: TcpListener,
}

/// One accepted connection. Dropping it cuts the connection without a goodbye.
pub(super) struct Peer {
    socket: WebSocketStream<TcpStream>,
}

impl FakeServer {
    pub(super) async fn bind() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap() }
    }

    pub(super) fn builder(&self) -> ClientBuilder {
        Client::builder(format!("http://{}", self.listener.local_addr().unwrap())).realtime(quick())
    }

    pub(super) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// Waits for a connection, agrees on the protocol and says `ready`.
    #[expect(clippy::result_large_err, reason = "the library gives the type of the callback")]
    pub(super) async fn accept(&self) -> Peer {
        let (stream, _) =
            timeout(PATIENCE, self.listener.accept()).await.expect("a connection").unwrap();
        let agree =
            |request: &Request, mut response: Response| -> Result<Response, ErrorResponse> {
                assert_eq!(request.uri().path(), "/api/realtime/ws");
                let protocol = request.headers()["sec-websocket-protocol"].clone();
                assert_eq!(protocol, "underpin.v1");
                response.headers_mut().insert("sec-websocket-protocol", protocol);
                Ok(response)
            };
        let socket = tokio_tungstenite::accept_hdr_async(stream, agree).await.unwrap();
        let mut peer = Peer { socket };
        peer.send(json!({"type": "ready", "connection": "k", "heartbeat": 25, "limits": {}})).await;
        peer
    }

    /// A connection with one subscription that was agreed to at cursor `c0`.
    pub(super) async fn subscribed(
        &self,
        client: &Client,
        topic: &str,
    ) -> (Peer, Subscription<Value>, Value) {
        let ask = client.collection(topic).subscribe();
        let opening = tokio::spawn(async move { ask.await });
        let mut peer = self.accept().await;
        let frame = peer.expect("subscribe").await;
        peer.agree(&frame, "c0").await;
        (peer, opening.await.unwrap().unwrap(), frame)
    }
}

impl Peer {
    pub(super) async fn send(&mut self, frame: Value) {
        self.socket.send(Message::text(frame.to_string())).await.unwrap();
    }

    /// The next frame, which must be of this type.
    pub(super) async fn expect(&mut self, kind: &str) -> Value {
        let frame = self.next().await.expect("a frame");
        assert_eq!(frame["type"], kind, "{frame}");
        frame
    }

    /// The client must end the connection, whatever it says before.
    pub(super) async fn expect_end(&mut self) {
        while self.next().await.is_some() {}
    }

    pub(super) async fn agree(&mut self, asked: &Value, cursor: &str) {
        self.send(json!({"type": "ok", "id": asked["id"], "cursor": cursor})).await;
    }

    pub(super) async fn refuse(&mut self, asked: &Value, code: &str) {
        self.send(json!({"type": "error", "id": asked["id"], "code": code, "message": "No."}))
            .await;
    }

    /// Tells of record `number`, whose cursor is its number too.
    pub(super) async fn event(&mut self, subscribed: &Value, number: u64) {
        let record = json!({"id": format!("r{number}"), "n": number});
        self.send(json!({"type": "event", "sub": subscribed["sub"], "action": "create", "record": record, "cursor": format!("c{number}")})).await;
    }

    async fn next(&mut self) -> Option<Value> {
        loop {
            match timeout(PATIENCE, self.socket.next()).await.expect("a frame in time")? {
                Ok(Message::Text(text)) => return Some(serde_json::from_str(&text).unwrap()),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }
}

pub(super) fn number_of(record: &Record<Value>) -> u64 {
    record["n"].as_u64().unwrap()
}

/// The number in a cursor that [`Peer::event`] made.
pub(super) fn cursor_number(cursor: &Value) -> u64 {
    cursor.as_str().unwrap().trim_start_matches('c').parse().unwrap()
}

/// Short pauses, so that tests of lost connections are quick.
pub(super) fn quick() -> RealtimeTimings {
    let first_pause = Duration::from_millis(2);
    RealtimeTimings {
        first_pause,
        longest_pause: Duration::from_millis(20),
        ..RealtimeTimings::default()
    }
}
