//! Paths that lead nowhere.

use actix_web::HttpResponse;
use underpin_model::DomainError;

use crate::error::ApiResult;

/// The answer to an unknown path.
pub(crate) async fn api() -> ApiResult<HttpResponse> {
    Err(DomainError::NotFound.into())
}
