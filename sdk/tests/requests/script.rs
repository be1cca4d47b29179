//! A scripted HTTP server: each test sees the requests and says the answers.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use underpin::{Client, ClientBuilder, RetryPolicy, Session};

pub(crate) struct Script {
    listener: TcpListener,
}

/// One request that waits for its answer.
pub(crate) struct Exchange {
    stream: TcpStream,
    pub(crate) method: String,
    pub(crate) path: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Script {
    pub(crate) async fn bind() -> Self {
        Self { listener: TcpListener::bind("127.0.0.1:0").await.unwrap() }
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        let first_pause = Duration::from_millis(1);
        Client::builder(format!("http://{}", self.listener.local_addr().unwrap()))
            .retry(RetryPolicy { first_pause, ..RetryPolicy::default() })
    }

    pub(crate) fn client(&self) -> Client {
        self.builder().build().unwrap()
    }

    /// The next request.
    pub(crate) async fn next(&self) -> Exchange {
        timeout(Duration::from_secs(10), self.read()).await.expect("a request in time")
    }

    async fn read(&self) -> Exchange {
        let (mut stream, _) = self.listener.accept().await.unwrap();
        let mut bytes = Vec::new();
        let head_end = loop {
            let mut piece = [0; 4096];
            let count = stream.read(&mut piece).await.unwrap();
            assert_ne!(count, 0, "the request was cut");
            bytes.extend_from_slice(&piece[..count]);
            if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
        };
        let head = String::from_utf8(bytes[..head_end].to_vec()).unwrap().to_ascii_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
        let total = head_end + length.map_or(0, |text| text.parse::<usize>().unwrap());
        while bytes.len() < total {
            let mut piece = [0; 4096];
            let count = stream.read(&mut piece).await.unwrap();
            bytes.extend_from_slice(&piece[..count]);
        }
        let first_line = String::from_utf8(bytes[..head_end].to_vec()).unwrap();
        let mut words = first_line.split(' ');
        let method = words.next().unwrap().to_owned();
        let url = url::Url::parse(&format!("http://host{}", words.next().unwrap())).unwrap();
        let query = url.query_pairs().into_owned().collect();
        let body = String::from_utf8_lossy(&bytes[head_end..]).into_owned();
        Exchange { stream, method, path: url.path().to_owned(), query, head, body }
    }
}

impl Exchange {
    pub(crate) fn asked(&self, key: &str) -> Option<&str> {
        self.query.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    pub(crate) fn token(&self) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix("authorization: "))
    }

    pub(crate) async fn answer(self, status: u16, body: Value) {
        self.answer_with(status, "", &body.to_string()).await;
    }

    pub(crate) async fn answer_with(mut self, status: u16, headers: &str, body: &str) {
        let head = format!(
            "HTTP/1.1 {status} Status\r\ncontent-length: {}\r\nconnection: close\r\n{headers}\r\n",
            body.len()
        );
        self.stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
        self.stream.shutdown().await.unwrap();
    }
}

/// A session whose token runs out in so many seconds. The names tell one token from another; they
/// are lower case, as the script compares without case.
pub(crate) fn session(expires_in: u64, name: &str) -> Session {
    let exp = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() + expires_in;
    let claims = json!({"exp": exp, "id": "u1", "collectionId": "users", "refreshable": true});
    let token = format!("e30.{}.{name}", URL_SAFE_NO_PAD.encode(claims.to_string()));
    Session { token, record: json!({"id": "u1", "name": name}) }
}
