//! One websocket connection: made within a limit, and given up when it falls silent.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::http::header::SEC_WEBSOCKET_PROTOCOL;
use tokio_tungstenite::tungstenite::{Message, Utf8Bytes};
use url::Url;

use super::RealtimeTimings;
use super::frame::{PROTOCOL, ServerFrame};
use crate::tls::{Socket, Tls};

/// Why a connection could not be made or kept.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(super) struct LinkLost(String);

impl LinkLost {
    pub(super) fn because(reason: impl std::fmt::Display) -> Self {
        Self(reason.to_string())
    }
}

/// An open connection.
pub(super) struct Link {
    socket: Socket,
    silence: Duration,
    heard_at: Instant,
}

impl Link {
    /// Connects and waits for the server's `ready`.
    pub(super) async fn open(
        base: &Url,
        tls: &Tls,
        timings: &RealtimeTimings,
    ) -> Result<Self, LinkLost> {
        let opening = async {
            let mut request = address(base)?.into_client_request().map_err(LinkLost::because)?;
            request
                .headers_mut()
                .insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
            let socket = tls.connect(request).await.map_err(LinkLost::because)?;
            let mut link = Self { socket, silence: timings.silence, heard_at: Instant::now() };
            match link.next().await? {
                ServerFrame::Ready => Ok(link),
                _ => Err(LinkLost("the server did not begin with `ready`".to_owned())),
            }
        };
        timeout(timings.connect, opening)
            .await
            .unwrap_or_else(|_| Err(LinkLost("no answer in time".to_owned())))
    }

    /// The next frame. Safe to give up and call again.
    pub(super) async fn next(&mut self) -> Result<ServerFrame, LinkLost> {
        loop {
            let received = timeout_at(self.heard_at + self.silence, self.socket.next()).await;
            let message = match received {
                Ok(Some(message)) => message.map_err(LinkLost::because)?,
                Ok(None) => return Err(LinkLost("the connection was closed".to_owned())),
                Err(_) => return Err(LinkLost("the server fell silent".to_owned())),
            };
            self.heard_at = Instant::now();
            match message {
                Message::Text(text) => {
                    return serde_json::from_str(&text).map_err(LinkLost::because);
                }
                Message::Close(_) => {
                    return Err(LinkLost("the server closed the connection".to_owned()));
                }
                // Pings are answered by the socket itself.
                _ => {}
            }
        }
    }

    pub(super) async fn send(&mut self, frame: String) -> Result<(), LinkLost> {
        let message = Message::Text(Utf8Bytes::from(frame));
        match timeout(self.silence, self.socket.send(message)).await {
            Ok(sent) => sent.map_err(LinkLost::because),
            Err(_) => Err(LinkLost("the server does not read".to_owned())),
        }
    }

    /// Says goodbye; whether it is heard does not matter.
    pub(super) async fn close(mut self) {
        let _ = timeout(Duration::from_secs(1), self.socket.close(None)).await;
    }
}

fn address(base: &Url) -> Result<String, LinkLost> {
    let mut url = base.join("api/realtime/ws").map_err(LinkLost::because)?;
    let scheme = if base.scheme() == "https" { "wss" } else { "ws" };
    url.set_scheme(scheme)
        .map_err(|()| LinkLost("the address can't be used for a websocket".to_owned()))?;
    Ok(url.into())
}
