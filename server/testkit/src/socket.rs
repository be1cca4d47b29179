//! A websocket client that speaks `underpin.v1` frame by frame.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Message, client::IntoClientRequest, http::HeaderValue},
};

/// How long a frame may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A websocket.
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next_id: u32,
}

impl Socket {
    /// Connects and reads the first frame.
    pub async fn connect(base: &str) -> Self {
        let address = format!("{}/api/realtime/ws", base.replace("http://", "ws://"));
        let mut request = address.into_client_request().unwrap();
        let protocol = HeaderValue::from_static("underpin.v1");
        request.headers_mut().insert("Sec-WebSocket-Protocol", protocol);
        let (stream, response) = connect_async(request).await.unwrap();
        assert_eq!(response.headers()["Sec-WebSocket-Protocol"], "underpin.v1");
        let mut socket = Self { stream, next_id: 0 };
        assert_eq!(socket.frame().await["type"], "ready");
        socket
    }

    /// Sends a frame as it is.
    pub async fn send_raw(&mut self, text: &str) {
        self.stream.send(Message::text(text.to_owned())).await.unwrap();
    }

    /// Sends a frame with an id of its own and gives the answer; fails if another frame comes
    /// first.
    pub async fn call(&mut self, mut frame: Value) -> Value {
        self.next_id += 1;
        let id = format!("c{}", self.next_id);
        frame["id"] = json!(id);
        self.send_raw(&frame.to_string()).await;
        let answer = self.frame().await;
        assert_eq!(answer["id"], id.as_str(), "{answer}");
        answer
    }

    /// Says who this is.
    pub async fn auth(&mut self, token: &str) -> Value {
        self.call(json!({ "type": "auth", "token": token })).await
    }

    /// Subscribes and gives the answer.
    pub async fn subscribe(&mut self, sub: &str, topic: &str) -> Value {
        self.call(json!({ "type": "subscribe", "sub": sub, "topic": topic })).await
    }

    /// The next frame.
    pub async fn frame(&mut self) -> Value {
        match self.message().await {
            Message::Text(text) => serde_json::from_str(&text).unwrap(),
            other => panic!("expected a text frame, got {other:?}"),
        }
    }

    /// The code with which the server closes.
    pub async fn close_code(&mut self) -> u16 {
        loop {
            match self.message().await {
                Message::Close(frame) => return frame.unwrap().code.into(),
                Message::Text(_) => {}
                other => panic!("expected a close frame, got {other:?}"),
            }
        }
    }

    async fn message(&mut self) -> Message {
        loop {
            let next = tokio::time::timeout(PATIENCE, self.stream.next()).await;
            let message = next.expect("no frame came").expect("the socket ended").unwrap();
            if !matches!(message, Message::Ping(_) | Message::Pong(_)) {
                return message;
            }
        }
    }
}
