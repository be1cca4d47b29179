//! Restoring a backup. For superusers.

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use underpin_domain::{Backend, restore};

use crate::{error::ApiResult, extract::Caller};

/// `POST /api/backups/{name}/restore`
pub(crate) async fn restore(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<String>,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let backend: Arc<Backend> = backend.into_inner();
    restore::restore(&backend, &path).await?;
    Ok(HttpResponse::NoContent().finish())
}
