//! Several writes that all happen or none.

use std::sync::Arc;

use reqwest::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::error::{Error, Result};
use crate::files::Upload;
use crate::record::Record;
use crate::transport::{Body, Call, Transport, segment};

/// Writes that are sent together and done in one transaction. The server must allow batches.
///
/// ```no_run
/// # async fn run(client: underpin::Client) -> underpin::Result<()> {
/// use serde_json::json;
///
/// let answers = client
///     .batch()
///     .create("authors", &json!({"id": "ann000000000000", "name": "Ann"}))
///     .create("posts", &json!({"title": "Hi", "author": "ann000000000000"}))
///     .delete("posts", "old000000000000")
///     .send()
///     .await?;
/// let author = answers[0].record::<serde_json::Value>()?;
/// # let _ = author;
/// # Ok(())
/// # }
/// ```
#[must_use = "a batch is only sent by `send`"]
pub struct Batch {
    transport: Arc<Transport>,
    requests: Result<Vec<Value>>,
    uploads: Vec<(String, Upload)>,
}

/// The answer to one request of a batch.
#[derive(Debug, Clone, Deserialize)]
pub struct BatchAnswer {
    /// The HTTP status it would have had alone.
    pub status: u16,
    /// The record, or null for a deletion.
    #[serde(default)]
    pub body: Value,
}

impl BatchAnswer {
    /// Reads the record.
    ///
    /// # Errors
    /// It does not fit `T`.
    pub fn record<T: DeserializeOwned>(&self) -> Result<Record<T>> {
        Record::from_value(self.body.clone())
            .map_err(|source| Error::Decode { expected: std::any::type_name::<T>(), source })
    }
}

impl Batch {
    pub(crate) const fn new(transport: Arc<Transport>) -> Self {
        Self { transport, requests: Ok(Vec::new()), uploads: Vec::new() }
    }

    /// Creates a record.
    pub fn create(self, collection: &str, data: &impl Serialize) -> Self {
        self.push("POST", collection, None, Some(serde_json::to_value(data)))
    }

    /// Changes a record.
    pub fn update(self, collection: &str, id: &str, data: &impl Serialize) -> Self {
        self.push("PATCH", collection, Some(id), Some(serde_json::to_value(data)))
    }

    /// Creates the record, or changes it if there is one with the `id` that `data` has.
    pub fn upsert(self, collection: &str, data: &impl Serialize) -> Self {
        self.push("PUT", collection, None, Some(serde_json::to_value(data)))
    }

    /// Deletes a record.
    pub fn delete(self, collection: &str, id: &str) -> Self {
        self.push("DELETE", collection, Some(id), None)
    }

    /// Adds a file to the request that was added last.
    pub fn file(mut self, field: &str, name: &str, bytes: impl Into<Vec<u8>>, mime: &str) -> Self {
        let last = self.requests.as_ref().map_or(0, |requests| requests.len().saturating_sub(1));
        let upload = Upload::new(field.to_owned(), name.to_owned(), bytes.into(), mime);
        self.uploads.push((format!("requests.{last}."), upload));
        self
    }

    /// Sends everything; the answers come in the order of the requests.
    ///
    /// # Errors
    /// One request failed: nothing was done. Which one stands in the error's
    /// [`body`](crate::ApiError::body) under `data.requests`.
    pub async fn send(self) -> Result<Vec<BatchAnswer>> {
        let payload = json!({"requests": self.requests?});
        let mut call = Call::new(Method::POST, "api/batch");
        call.body = if self.uploads.is_empty() {
            Body::Json(payload)
        } else {
            let mut form =
                reqwest::multipart::Form::new().text("@jsonPayload", payload.to_string());
            for (prefix, upload) in self.uploads {
                form = upload.add_to(form, &prefix)?;
            }
            Body::Form(form)
        };
        self.transport.fetch(call).await
    }

    fn push(
        mut self,
        method: &str,
        collection: &str,
        id: Option<&str>,
        data: Option<serde_json::Result<Value>>,
    ) -> Self {
        self.requests = self.requests.and_then(|mut requests| {
            let mut url = format!("/api/collections/{}/records", segment(collection)?);
            if let Some(id) = id {
                url = format!("{url}/{}", segment(id)?);
            }
            let body = data.transpose().map_err(Error::Encode)?.unwrap_or_else(|| json!({}));
            requests.push(json!({"method": method, "url": url, "body": body}));
            Ok(requests)
        });
        self
    }
}
