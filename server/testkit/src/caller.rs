//! A client of the server: guest, user or superuser.

use std::time::Duration;

use reqwest::{Client, Method, multipart::Form};
use serde_json::{Value, json};

use crate::Answer;

/// How long an unused connection is kept.
const IDLE: Duration = Duration::from_secs(2);

/// A client with its token.
#[derive(Clone)]
pub struct Caller {
    /// Where the server is, as `http://127.0.0.1:1234`.
    pub base: String,
    /// The token; empty for guests.
    pub token: String,
    client: Client,
}

impl Caller {
    /// A guest.
    pub fn guest(base: &str) -> Self {
        // Where the SDK is built beside, reqwest has TLS and insists on a provider. It is installed
        // once a process; later calls find it there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        // A connection is given up before the server does so, lest a request get lost between.
        let client = Client::builder().pool_max_idle_per_host(64).pool_idle_timeout(IDLE);
        let client = client.build().unwrap();
        Self { base: base.to_owned(), token: String::new(), client }
    }

    /// The same client with another token.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: token.to_owned(), ..self.clone() }
    }

    /// Signs in and gives the client that is somebody now.
    pub async fn signed_in(&self, collection: &str, identity: &str, password: &str) -> Self {
        let path = format!("/api/collections/{collection}/auth-with-password");
        let body = json!({ "identity": identity, "password": password });
        let answer = self.post(&path, body).await.ok();
        self.with_token(answer["token"].as_str().unwrap())
    }

    /// Sends a request with a body that may be anything.
    pub async fn send(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let mut request = self.request(method, path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    /// A request to build upon, with the token.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        let request = self.client.request(method, format!("{}{path}", self.base));
        if self.token.is_empty() { request } else { request.header("Authorization", &self.token) }
    }

    /// Sends bytes as they are, as JSON.
    pub async fn send_raw(&self, method: Method, path: &str, body: impl Into<Vec<u8>>) -> Answer {
        let request = self.request(method, path).header("Content-Type", "application/json");
        Answer::of(request.body(body.into()).send().await.unwrap()).await
    }

    /// `GET`
    pub async fn get(&self, path: &str) -> Answer {
        self.send(Method::GET, path, None).await
    }

    /// `GET` with parameters.
    pub async fn ask(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        let request = self.request(Method::GET, path).query(parameters);
        Answer::of(request.send().await.unwrap()).await
    }

    /// `GET` with headers.
    pub async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = self.request(Method::GET, path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Answer::of(request.send().await.unwrap()).await
    }

    /// `POST`
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(Method::POST, path, Some(body)).await
    }

    /// `PATCH`
    pub async fn patch(&self, path: &str, body: Value) -> Answer {
        self.send(Method::PATCH, path, Some(body)).await
    }

    /// `DELETE`
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(Method::DELETE, path, None).await
    }

    /// A multipart form.
    pub async fn form(&self, method: Method, path: &str, form: Form) -> Answer {
        Answer::of(self.request(method, path).multipart(form).send().await.unwrap()).await
    }

    /// Makes a record and gives it.
    pub async fn create(&self, collection: &str, body: Value) -> Value {
        self.post(&format!("/api/collections/{collection}/records"), body).await.ok()
    }

    /// The ids of a list, in its order.
    pub async fn ids(&self, collection: &str, parameters: &[(&str, &str)]) -> Vec<String> {
        let path = format!("/api/collections/{collection}/records");
        let page = self.ask(&path, parameters).await.ok();
        let items = page["items"].as_array().unwrap();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
    }
}
