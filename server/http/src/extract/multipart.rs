//! Multipart forms: texts, `@jsonPayload`, and files that are streamed to their staging place.

use std::collections::BTreeMap;

use actix_multipart::{Field, Multipart};
use actix_web::{HttpRequest, web};
use futures_util::TryStreamExt;
use underpin_domain::{
    Backend,
    records::{self, BatchLimits, NewFile, Submission, Upload},
};
use underpin_files::{mime, name::stored_name};
use underpin_model::{Collection, DomainError, DomainResult, Json, JsonMap, limits};

use super::{
    form_values::{self, JSON_PART, read_payload},
    patience::patient,
    room,
};

/// Most parts of one form.
const MAX_PARTS: usize = 2_000;

/// Reads a form. Files beyond the body limit are refused while they stream in.
pub(super) async fn read(
    request: &HttpRequest,
    payload: web::Payload,
    backend: &Backend,
    collection: &Collection,
) -> DomainResult<Submission> {
    let mut parts = Parts::of(request, payload)?;
    let mut submission = Submission::default();
    let mut payloads = Vec::new();
    let mut budget = room::of_form(collection);
    while let Some((key, mut part)) = parts.next().await? {
        let file_name =
            part.content_disposition().and_then(|d| d.get_filename()).map(str::to_owned);
        match file_name {
            Some(name) if !name.is_empty() => {
                let upload = stage(&mut part, backend, key, &name, &mut budget).await?;
                submission.uploads.push(upload);
            }
            Some(_) => {}
            None if key == JSON_PART => {
                payloads.push(read_payload(&text_of(&mut part, &mut budget).await?)?);
            }
            None => {
                let text = text_of(&mut part, &mut budget).await?;
                put_text(&mut submission.body, &key, text);
            }
        }
    }
    submission.body = form_values::values(submission.body);
    for payload in payloads {
        form_values::lay_over(&mut submission.body, payload)?;
    }
    Ok(submission)
}

/// Reads a form that has no room for files.
pub(super) async fn read_texts(
    request: &HttpRequest,
    payload: web::Payload,
) -> DomainResult<JsonMap> {
    let mut parts = Parts::of(request, payload)?;
    let mut body = JsonMap::new();
    let mut budget = limits::MAX_BODY_BYTES;
    while let Some((key, mut part)) = parts.next().await? {
        take_text(&mut part, &mut body, &key, &mut budget).await?;
    }
    Ok(body)
}

/// Puts a text into a body, or the data of the part that carries JSON.
async fn take_text(
    part: &mut Field,
    body: &mut JsonMap,
    key: &str,
    budget: &mut usize,
) -> DomainResult<()> {
    let text = text_of(part, budget).await?;
    match key {
        JSON_PART => body.extend(read_payload(&text)?),
        key => put_text(body, key, text),
    }
    Ok(())
}

/// Reads the form of a batch: its JSON, and the files of each request by the request's place.
/// Files of no request are passed over.
pub(super) async fn read_batch(
    request: &HttpRequest,
    payload: web::Payload,
    backend: &Backend,
    allowed: &BatchLimits,
) -> DomainResult<(JsonMap, BTreeMap<usize, Vec<Upload>>)> {
    let mut parts = Parts::of(request, payload)?;
    let (mut body, mut uploads) = (JsonMap::new(), BTreeMap::<usize, Vec<Upload>>::new());
    let mut budget = allowed.body_bytes;
    let mut texts = limits::MAX_BODY_BYTES;
    while let Some((key, mut part)) = parts.next().await? {
        let file_name =
            part.content_disposition().and_then(|d| d.get_filename()).map(str::to_owned);
        match (file_name, owner(&key, allowed.requests)) {
            (None, _) => {
                let mut left = texts.min(budget);
                let before = left;
                take_text(&mut part, &mut body, &key, &mut left).await?;
                spend(&mut texts, before - left)?;
                spend(&mut budget, before - left)?;
            }
            (Some(name), Some((place, field))) if !name.is_empty() => {
                let field = field.to_owned();
                let upload = stage(&mut part, backend, field, &name, &mut budget).await?;
                uploads.entry(place).or_default().push(upload);
            }
            (Some(_), _) => {
                while let Some(chunk) = part.try_next().await.map_err(broken)? {
                    spend(&mut budget, chunk.len())?;
                }
            }
        }
    }
    Ok((body, uploads))
}

/// The request and field of a part called `requests.N.field` or `requests[N].field`.
fn owner(key: &str, requests: usize) -> Option<(usize, &str)> {
    let behind = key.strip_prefix("requests")?;
    let (number, field) = match behind.strip_prefix('.') {
        Some(behind) => behind.split_once('.')?,
        None => behind.strip_prefix('[')?.split_once("].")?,
    };
    let place: usize = number.parse().ok().filter(|place| *place < requests)?;
    // As numbers are written: no sign, no zero in front.
    (place.to_string() == number && !field.is_empty()).then_some((place, field))
}

/// The parts of a form, counted.
pub(super) struct Parts {
    form: Multipart,
    count: usize,
}

impl Parts {
    pub(super) fn of(request: &HttpRequest, payload: web::Payload) -> DomainResult<Self> {
        let form = Multipart::new(request.headers(), patient(request, payload)?);
        Ok(Self { form, count: 0 })
    }

    /// The next part with its name.
    pub(super) async fn next(&mut self) -> DomainResult<Option<(String, Field)>> {
        let Some(part) = self.form.try_next().await.map_err(broken)? else { return Ok(None) };
        self.count += 1;
        if self.count > MAX_PARTS {
            return Err(DomainError::bad_request("The form has too many parts."));
        }
        Ok(Some((part.name().unwrap_or_default().to_owned(), part)))
    }
}

async fn text_of(part: &mut Field, budget: &mut usize) -> DomainResult<String> {
    let mut bytes = Vec::new();
    while let Some(chunk) = part.try_next().await.map_err(broken)? {
        spend(budget, chunk.len())?;
        bytes.extend_from_slice(&chunk);
    }
    String::from_utf8(bytes)
        .map_err(|_| DomainError::bad_request("The form has a text that is not UTF-8."))
}

/// A text of a form; a name that comes again makes a list.
pub(super) fn put_text(body: &mut JsonMap, key: &str, text: String) {
    match body.get_mut(key) {
        None => {
            body.insert(key.to_owned(), Json::String(text));
        }
        Some(Json::Array(items)) => items.push(Json::String(text)),
        Some(slot) => *slot = Json::Array(vec![slot.take(), Json::String(text)]),
    }
}

async fn stage(
    part: &mut Field,
    backend: &Backend,
    field: String,
    name: &str,
    budget: &mut usize,
) -> DomainResult<Upload> {
    let mut staging = backend.files.upload(u64::MAX);
    while let Some(chunk) = part.try_next().await.map_err(broken)? {
        spend(budget, chunk.len())?;
        staging.push(&chunk).await.map_err(fault)?;
    }
    let staged = staging.finish().await.map_err(fault)?;
    let file = NewFile {
        field,
        name: name.to_owned(),
        stored_name: stored_name(name, staged.head()),
        mime: mime::detect(staged.head(), name),
        size: staged.size(),
    };
    Ok(Upload { file, staged })
}

fn spend(budget: &mut usize, bytes: usize) -> DomainResult<()> {
    *budget = budget.checked_sub(bytes).ok_or(DomainError::TooLarge)?;
    Ok(())
}

pub(super) fn broken(_: actix_multipart::MultipartError) -> DomainError {
    DomainError::bad_request("The multipart form can't be read.")
}

fn fault(error: underpin_files::FileError) -> DomainError {
    records::file_fault("staging an upload", error)
}

#[cfg(test)]
mod tests {
    use super::owner;

    #[test]
    fn the_owner_of_a_file_in_a_batch_is_named_in_two_ways() {
        assert_eq!(owner("requests.0.scan", 5), Some((0, "scan")));
        assert_eq!(owner("requests[4].scans+", 5), Some((4, "scans+")));
        for other in [
            "requests.5.scan",
            "requests.-1.scan",
            "requests.+1.scan",
            "requests.01.scan",
            "requests.x.scan",
            "requests.0",
            "requests.0.",
            "requests[0][scan]",
            "requests.99999999999999999999.scan",
            "scan",
        ] {
            assert_eq!(owner(other, 5), None, "{other}");
        }
    }
}
