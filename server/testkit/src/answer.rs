//! An answer of the server, taken apart.

use reqwest::header::HeaderMap;
use serde_json::Value;

/// Status, headers and body of an answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body's bytes.
    pub bytes: Vec<u8>,
}

impl Answer {
    pub(crate) async fn of(response: reqwest::Response) -> Self {
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
    }

    /// The body as JSON; null when it is empty.
    pub fn json(&self) -> Value {
        if self.bytes.is_empty() {
            return Value::Null;
        }
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// A header's value; empty when it is absent.
    pub fn header(&self, name: &str) -> String {
        let value = self.headers.get(name).map(|value| value.to_str().unwrap().to_owned());
        value.unwrap_or_default()
    }

    /// The body of a success; panics with the server's words otherwise.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!((200..300).contains(&self.status), "{}: {}", self.status, self.text());
        self.json()
    }

    /// Panics unless the answer has this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }

    /// Panics unless the answer is 400 with exactly these fields and codes.
    #[track_caller]
    pub fn expect_codes(&self, codes: &[(&str, &str)]) {
        let body = self.expect(400);
        let data = body["data"].as_object().unwrap();
        let found: Vec<(&str, &str)> = data
            .iter()
            .map(|(name, error)| (name.as_str(), error["code"].as_str().unwrap_or("(nested)")))
            .collect();
        assert_eq!(found, codes, "{body}");
    }
}
