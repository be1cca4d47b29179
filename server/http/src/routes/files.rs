//! Stored files: download with range and entity tag, and tokens for protected ones.

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{self, HeaderName},
    },
    web,
};
use futures_util::StreamExt;
use serde_json::json;
use underpin_domain::{Backend, OpContext, auth, records};
use underpin_files::{
    Answer, ByteRange, Conditions, Disposition, FileKey, FileMeta, FileStore, content_disposition,
    disposition::FILE_SECURITY_POLICY, mime,
};
use underpin_model::{DomainError, DomainResult, RequestInfo};

use super::collection;
use crate::{
    error::ApiResult,
    extract::{Caller, Parameters},
};

/// Stored files never change under their name; a month is as good as forever.
const CACHE: &str = "max-age=2592000, stale-while-revalidate=86400";

/// `POST /api/files/token`
pub(crate) async fn token(caller: Caller) -> ApiResult<HttpResponse> {
    let token = auth::file_token(&caller.ctx)?;
    Ok(HttpResponse::Ok().json(json!({ "token": token })))
}

/// `GET /api/files/{collection}/{record}/{name}`
pub(crate) async fn download(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<(String, String, String)>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let (name, id, file) = path.into_inner();
    let collection = collection(&backend, &name)?;
    let parameters = Parameters::of(&request);
    let ctx = with_file_token(&backend, caller.ctx, parameters.get("token")).await?;
    let opened = records::open_file(&backend, &ctx, &collection, &id, &file).await?;
    let meta = backend.files.get(&opened.key).await.map_err(fault)?.ok_or(DomainError::NotFound)?;
    let detected = detect(&backend, &opened.key, &opened.name).await?;
    let save = !matches!(parameters.get("download"), "" | "0" | "false");
    let disposition = if save { Disposition::Attachment } else { Disposition::of(&detected) };
    let shown = Shown {
        content_type: mime::content_type(&detected),
        disposition: content_disposition(disposition, &opened.name),
        protected: opened.protected,
    };
    answer(&backend.files, &request, (&opened.key, &meta), &shown).await.map_err(Into::into)
}

/// A file token says who opens the file; without one it is the caller.
async fn with_file_token(
    backend: &Backend,
    ctx: OpContext,
    token: &str,
) -> DomainResult<OpContext> {
    if token.is_empty() {
        return Ok(ctx);
    }
    let who = auth::principal_of_file_token(backend, token, ctx.now, ctx.origin).await?;
    Ok(OpContext { request: RequestInfo { who, ..ctx.request.clone() }, ..ctx })
}

/// The type is found by looking at the content, whatever the name claims.
async fn detect(backend: &Backend, key: &FileKey, name: &str) -> DomainResult<String> {
    let last = u64::try_from(mime::HEAD_BYTES).unwrap_or(4096) - 1;
    let head = ByteRange { first: 0, last };
    // An empty file has no first byte, and so no such part.
    let opened = backend.files.read(key, Some(head)).await.unwrap_or_default();
    let Some(mut opened) = opened else { return Ok(mime::detect(&[], name)) };
    let mut bytes = Vec::new();
    while let Some(chunk) = opened.body.next().await {
        bytes.extend_from_slice(&chunk.map_err(fault)?);
    }
    Ok(mime::detect(&bytes, name))
}

/// How a file is answered with.
pub(super) struct Shown {
    /// Its type.
    pub(super) content_type: String,
    /// Whether it is shown or saved, and under which name.
    pub(super) disposition: String,
    /// Whether nobody may keep it for others.
    pub(super) protected: bool,
}

/// A file of a store, or the part of it that was asked for.
pub(super) async fn answer(
    store: &FileStore,
    request: &HttpRequest,
    (key, meta): (&FileKey, &FileMeta),
    shown: &Shown,
) -> DomainResult<HttpResponse> {
    let modified = header::HttpDate::from(meta.modified).to_string();
    let sent = |name: HeaderName| request.headers().get(name).and_then(|v| v.to_str().ok());
    let conditions = Conditions {
        range: sent(header::RANGE),
        if_range: sent(header::IF_RANGE),
        if_none_match: sent(header::IF_NONE_MATCH),
        if_modified_since: sent(header::IF_MODIFIED_SINCE),
    };
    let decided = conditions.answer(meta.size, &meta.etag, &modified);
    let (status, range) = match decided {
        Answer::Whole => (StatusCode::OK, None),
        Answer::Part(range) => (StatusCode::PARTIAL_CONTENT, Some(range)),
        Answer::NotModified => (StatusCode::NOT_MODIFIED, None),
        Answer::Unsatisfiable => (StatusCode::RANGE_NOT_SATISFIABLE, None),
    };
    let mut response = HttpResponse::build(status);
    response
        .insert_header((header::ETAG, meta.etag.as_str()))
        .insert_header((header::LAST_MODIFIED, modified))
        .insert_header((header::ACCEPT_RANGES, "bytes"))
        .insert_header((
            header::CACHE_CONTROL,
            if shown.protected { "private, no-store" } else { CACHE },
        ))
        .insert_header((header::CONTENT_SECURITY_POLICY, FILE_SECURITY_POLICY))
        .insert_header((header::CONTENT_DISPOSITION, shown.disposition.as_str()));
    if let Some(range) = range {
        response.insert_header((header::CONTENT_RANGE, range.content_range(meta.size)));
    }
    match decided {
        Answer::NotModified => return Ok(response.finish()),
        Answer::Unsatisfiable => {
            let everything = format!("bytes */{}", meta.size);
            return Ok(response.insert_header((header::CONTENT_RANGE, everything)).finish());
        }
        Answer::Whole | Answer::Part(_) => {}
    }
    response.insert_header((header::CONTENT_TYPE, shown.content_type.as_str()));
    let length = range.map_or(meta.size, ByteRange::length);
    let opened = store.read(key, range).await.map_err(fault)?.ok_or(DomainError::NotFound)?;
    Ok(response.no_chunking(length).streaming(opened.body))
}

fn fault(error: underpin_files::FileError) -> DomainError {
    records::file_fault("reading a file", error)
}
