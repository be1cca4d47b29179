//! The requests of a batch: JSON, or a multipart form with the files of all of them.

use std::collections::BTreeMap;

use actix_web::{HttpRequest, web};
use underpin_domain::{
    Backend,
    records::{BatchLimits, BatchRequest, Upload, ViewAsk},
};
use underpin_model::{DomainResult, JsonMap, limits};

use super::{Caller, Parameters, body, multipart};
use crate::wire::{
    batch::{self, SentRequest},
    batch_url,
};

/// What rules see as the type of a request in a batch, however the batch was sent.
const CONTENT_TYPE: (&str, &str) = ("content_type", "multipart/form-data");
/// Who asks is the same for all requests of a batch.
const FIXED_HEADER: &str = "authorization";

/// Reads the requests of a batch.
///
/// # Errors
/// `Invalid` for what is no batch, `TooLarge` for large ones.
pub(crate) async fn batch_requests(
    request: &HttpRequest,
    payload: web::Payload,
    backend: &Backend,
    caller: &Caller,
    allowed: &BatchLimits,
) -> DomainResult<Vec<BatchRequest>> {
    let (body, mut uploads) = if body::is_multipart(request) {
        multipart::read_batch(request, payload, backend, allowed).await?
    } else {
        let most = allowed.body_bytes.min(limits::MAX_BODY_BYTES);
        (body::json_object(request, payload, most).await?, BTreeMap::new())
    };
    let sent = batch::read(body, allowed)?;
    let outer = &caller.ctx.request.headers;
    let read = |(place, sent)| read(sent, outer, uploads.remove(&place).unwrap_or_default());
    Ok(sent.into_iter().enumerate().map(read).collect())
}

fn read(sent: SentRequest, outer: &BTreeMap<String, String>, uploads: Vec<Upload>) -> BatchRequest {
    let (action, query) = batch_url::read(&sent.method, &sent.url);
    let path = sent.url.split_once('?').map_or(sent.url.as_str(), |(path, _)| path);
    let address = (sent.method, path.to_owned());
    let parameters = Parameters::parse(query);
    let view = ViewAsk::parse(parameters.get("expand"), parameters.get("fields"));
    let mut headers = outer.clone();
    for (name, value) in sent.headers {
        let name = name.to_ascii_lowercase().replace('-', "_");
        if name != FIXED_HEADER {
            headers.insert(name, value);
        }
    }
    headers.insert(CONTENT_TYPE.0.to_owned(), CONTENT_TYPE.1.to_owned());
    let (query, body): (_, JsonMap) = (parameters.into_map(), sent.body);
    BatchRequest { action, address, query, headers, body, uploads, view }
}
