//! Backups: list, make, upload, download, remove. For superusers.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use underpin_domain::{
    Backend, auth,
    backups::{self, BackupName, KeptBackup},
    transfer::Unheard,
};
use underpin_files::{Disposition, content_disposition};
use underpin_model::{DomainError, DomainResult, Json, Principal};

use super::{
    files::{Shown, answer},
    picked,
    records::view_ask,
};
use crate::{
    error::ApiResult,
    extract::{Caller, Parameters, backup_upload, json_body},
};

/// What a backup's type is.
const ZIP: &str = "application/zip";
/// Where uploads go to.
const UPLOAD: &str = "upload";
/// Who asks for a backup without the token of a superuser is told so.
const NOT_ALLOWED: &str = "Only superusers with a file token may open backups.";
/// Who removes what is not there is told so.
const NOT_THERE: &str = "The backup is missing or was removed already.";

/// `GET /api/backups`
pub(crate) async fn list(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let view = view_ask(&Parameters::of(&request))?;
    let kept = backups::list(&backend).await?;
    Ok(picked(kept.into_iter().map(shown).collect(), &view))
}

/// `POST /api/backups`
pub(crate) async fn make(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let sent = json_body(&request, payload).await?;
    let backend = backend.into_inner();
    let name = match BackupName::chosen(&sent)? {
        Some(name) => {
            backups::check_free(&backend, &name, "name").await?;
            name
        }
        None => {
            let settings = backend.settings.current();
            BackupName::generated(&settings.meta.app_name, caller.ctx.now)
        }
    };
    backups::make(&backend, &name, Arc::new(Unheard)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /api/backups/upload`, a path that a backup of that name has otherwise.
pub(crate) async fn upload(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<String>,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    if *path != UPLOAD {
        return Err(DomainError::NotFound.into());
    }
    caller.require_superuser()?;
    let (name, staged) = backup_upload(&request, payload, backend.backups.store()).await?;
    backups::bring(&backend, &name, staged).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `GET /api/backups/{name}`
pub(crate) async fn download(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<String>,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    let token = Parameters::of(&request).get("token").to_owned();
    check_token(&backend, &caller, &token).await?;
    let name = BackupName::parse(&path).ok_or(DomainError::NotFound)?;
    let (key, meta) = (name.key()?, backups::find(&backend, &name).await?);
    let shown = Shown {
        content_type: ZIP.to_owned(),
        disposition: content_disposition(Disposition::Attachment, name.as_str()),
        protected: true,
    };
    answer(backend.backups.store(), &request, (&key, &meta), &shown).await.map_err(Into::into)
}

/// `DELETE /api/backups/{name}`
pub(crate) async fn remove(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<String>,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let removed = async {
        let name = BackupName::parse(&path).ok_or(DomainError::NotFound)?;
        backups::remove(&backend, &name).await
    };
    match removed.await {
        Err(DomainError::NotFound) => Err(DomainError::bad_request(NOT_THERE).into()),
        done => {
            done?;
            Ok(HttpResponse::NoContent().finish())
        }
    }
}

/// Lets the file token of a superuser alone pass: addresses of downloads are followed by browsers,
/// which send no header.
async fn check_token(backend: &Backend, caller: &Caller, token: &str) -> DomainResult<()> {
    let ctx = &caller.ctx;
    let who = auth::principal_of_file_token(backend, token, ctx.now, ctx.origin).await?;
    match who {
        Principal::Superuser(_) => Ok(()),
        _ => Err(DomainError::Forbidden(NOT_ALLOWED)),
    }
}

fn shown(backup: KeptBackup) -> Json {
    json!({
        "key": backup.name.as_str(),
        "size": backup.size,
        "modified": backup.modified.to_string(),
    })
}
