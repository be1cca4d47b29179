//! Files of records: uploads, addresses, tokens and downloads.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream::{Stream, TryStreamExt};
use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde::Deserialize;
use url::Url;

use crate::error::{Error, Result};
use crate::record::RecordMeta;
use crate::transport::{Call, Transport, segment};

/// Addresses, tokens and downloads of files.
pub struct Files {
    transport: Arc<Transport>,
}

impl Files {
    pub(crate) const fn new(transport: Arc<Transport>) -> Self {
        Self { transport }
    }

    /// The address of a file of a record. Thumbnails are asked for by a query: `?thumb=100x100`;
    /// protected files by `?token=` with a [`token`](Files::token).
    ///
    /// # Errors
    /// The record's id, its collection or the name is empty.
    pub fn url(&self, record: &RecordMeta, name: &str) -> Result<Url> {
        self.transport.address(&path(record, name)?)
    }

    /// A token for protected files, good for a short time. It may stand in an address.
    ///
    /// # Errors
    /// Nobody is signed in.
    pub async fn token(&self) -> Result<String> {
        #[derive(Deserialize)]
        struct Given {
            token: String,
        }
        let call = Call::new(Method::POST, "api/files/token");
        Ok(self.transport.fetch::<Given>(call).await?.token)
    }

    /// Downloads a file piece by piece. For a protected file a token is fetched when somebody is
    /// signed in.
    ///
    /// # Errors
    /// There is no such file, or it may not be seen; later the connection may break.
    pub async fn download(
        &self,
        record: &RecordMeta,
        name: &str,
    ) -> Result<impl Stream<Item = Result<Bytes>> + Send + use<>> {
        let call = |query| Ok::<_, Error>(Call::new(Method::GET, path(record, name)?).query(query));
        let answer = match self.transport.send(call(Vec::new())?).await {
            Err(error) if error.is_not_found() && self.transport.session().is_some() => {
                let token = self.token().await?;
                self.transport.send(call(vec![("token", token)])?).await?
            }
            answer => answer?,
        };
        Ok(answer.bytes_stream().map_err(Error::transport))
    }
}

/// A file on its way to the server.
pub(crate) struct Upload {
    field: String,
    name: String,
    bytes: Vec<u8>,
    mime: String,
}

impl Upload {
    pub(crate) fn new(field: String, name: String, bytes: Vec<u8>, mime: &str) -> Self {
        Self { field, name, bytes, mime: mime.to_owned() }
    }

    /// Adds the file to a form, its field name after `prefix`.
    pub(crate) fn add_to(self, form: Form, prefix: &str) -> Result<Form> {
        let part = Part::bytes(self.bytes)
            .file_name(self.name)
            .mime_str(&self.mime)
            .map_err(|_| Error::Address(format!("`{}` is not a media type", self.mime)))?;
        Ok(form.part(format!("{prefix}{}", self.field), part))
    }
}

fn path(record: &RecordMeta, name: &str) -> Result<String> {
    let collection = if record.collection_id.is_empty() {
        &record.collection_name
    } else {
        &record.collection_id
    };
    Ok(format!("api/files/{}/{}/{}", segment(collection)?, segment(&record.id)?, segment(name)?))
}
