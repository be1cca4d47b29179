//! Creating and changing records, with files.

use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;

use reqwest::Method;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::Collection;
use super::options::answer_options;
use crate::error::{Error, Result};
use crate::files::Upload;
use crate::record::Record;
use crate::transport::{Body, Call};

/// A record to be created or changed, not sent yet.
#[must_use = "a record is only written when it is awaited"]
pub struct Write<T> {
    collection: Collection,
    method: Method,
    path: Result<String>,
    data: Result<Value>,
    query: Vec<(&'static str, String)>,
    uploads: Vec<Upload>,
    reads: PhantomData<fn() -> T>,
}

answer_options!(Write);

impl<T> Write<T> {
    pub(super) fn new<B: Serialize>(
        collection: &Collection,
        method: Method,
        path: Result<String>,
        data: &B,
    ) -> Self {
        let data = serde_json::to_value(data).map_err(Error::Encode);
        let (query, uploads) = (Vec::new(), Vec::new());
        Self {
            collection: collection.clone(),
            method,
            path,
            data,
            query,
            uploads,
            reads: PhantomData,
        }
    }

    /// Adds a file to a file field. Call it again for a field with several files; a field name
    /// with `+` at its end adds to the files that are there.
    pub fn file(
        mut self,
        field: impl Into<String>,
        name: impl Into<String>,
        bytes: impl Into<Vec<u8>>,
        mime: &str,
    ) -> Self {
        self.uploads.push(Upload::new(field.into(), name.into(), bytes.into(), mime));
        self
    }

    /// Reads the answer as another type than the one that was sent.
    pub fn returning<R>(self) -> Write<R> {
        let Self { collection, method, path, data, query, uploads, .. } = self;
        Write { collection, method, path, data, query, uploads, reads: PhantomData }
    }

    fn into_call(self) -> Result<Call> {
        let data = self.data?;
        let mut call = Call::new(self.method, self.path?).query(self.query);
        call.body = if self.uploads.is_empty() {
            Body::Json(data)
        } else {
            let mut form = reqwest::multipart::Form::new().text("@jsonPayload", data.to_string());
            for upload in self.uploads {
                form = upload.add_to(form, "")?;
            }
            Body::Form(form)
        };
        Ok(call)
    }
}

impl<T: DeserializeOwned + Send + 'static> IntoFuture for Write<T> {
    type Output = Result<Record<T>>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let collection = self.collection.clone();
        let call = self.into_call();
        Box::pin(async move { collection.transport().fetch(call?).await })
    }
}
