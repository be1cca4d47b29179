//! An SSE client that shows each message as it came.

use std::time::Duration;

use reqwest::{Method, Response};
use serde_json::{Value, json};
use underpin_testkit::{Answer, Caller};

/// How long a message may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(20);

/// A message of the stream.
#[derive(Debug)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) event: String,
    pub(super) data: Value,
}

/// An open stream.
pub(super) struct Stream {
    /// The id that `PB_CONNECT` gave.
    pub(super) client: String,
    pub(super) response: Response,
    waiting: String,
}

impl Stream {
    /// Opens a stream and reads its first message.
    pub(super) async fn open(caller: &Caller) -> Self {
        Self::resume(caller, None).await
    }

    /// Opens a stream as a browser does after a loss.
    pub(super) async fn resume(caller: &Caller, last_event_id: Option<&str>) -> Self {
        let mut request = caller.request(Method::GET, "/api/realtime");
        if let Some(id) = last_event_id {
            request = request.header("Last-Event-ID", id);
        }
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), 200);
        let mut stream = Self { client: String::new(), response, waiting: String::new() };
        let hello = stream.message().await;
        assert_eq!(hello.event, "PB_CONNECT");
        hello.data["clientId"].as_str().unwrap().clone_into(&mut stream.client);
        assert_eq!(hello.id, stream.client, "the id line names the client too");
        assert_eq!(hello.data, json!({ "clientId": stream.client }));
        stream
    }

    /// Sets what the stream follows.
    pub(super) async fn follow(&self, caller: &Caller, topics: &[&str]) -> Answer {
        let body = json!({ "clientId": self.client, "subscriptions": topics });
        caller.post("/api/realtime", body).await
    }

    /// The next message.
    pub(super) async fn message(&mut self) -> Message {
        self.next().await.expect("the stream ended")
    }

    /// The next message; nothing at the end of the stream.
    pub(super) async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some((text, rest)) = self.waiting.split_once("\n\n") {
                let (text, rest) = (text.to_owned(), rest.to_owned());
                self.waiting = rest;
                if text.starts_with(':') {
                    continue;
                }
                return Some(read(&text));
            }
            let chunk = tokio::time::timeout(PATIENCE, self.response.chunk()).await;
            let chunk = chunk.expect("no message came").ok().flatten()?;
            self.waiting.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

fn read(text: &str) -> Message {
    let line = |name: &str| {
        let found = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        found.unwrap_or_else(|| panic!("no {name}: {text}"))
    };
    let data = serde_json::from_str(line("data")).unwrap();
    Message { id: line("id").to_owned(), event: line("event").to_owned(), data }
}
