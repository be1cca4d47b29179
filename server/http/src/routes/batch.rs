//! Several writes as one.

use actix_web::{HttpRequest, HttpResponse, ResponseError, http::StatusCode, web};
use serde_json::json;
use underpin_domain::{
    Backend,
    records::{self, BatchAnswer, BatchError},
};
use underpin_model::{DomainError, ErrorCode, Json};

use super::{picked, records::view_ask};
use crate::{
    error::{ApiError, ApiResult},
    extract::{Caller, Parameters, batch_requests},
};

/// `POST /api/batch`
pub(crate) async fn run(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let limits = records::batch_limits(&backend)?;
    let view = view_ask(&Parameters::of(&request))?;
    let requests = batch_requests(&request, payload, &backend, &caller, &limits).await?;
    let backend = backend.into_inner();
    match records::batch(&backend, &caller.ctx, &limits, requests).await {
        Ok(answers) => Ok(picked(answers.into_iter().map(shown).collect(), &view)),
        Err(BatchError::Whole(error)) => Err(error.into()),
        Err(BatchError::Request { place, cause }) => refused(place, cause),
    }
}

fn shown(answer: BatchAnswer) -> Json {
    match answer {
        BatchAnswer::Record(record) => json!({ "status": StatusCode::OK.as_u16(), "body": record }),
        BatchAnswer::Deleted => {
            json!({ "status": StatusCode::NO_CONTENT.as_u16(), "body": Json::Null })
        }
    }
}

/// The refusal of one request, as it would have been answered alone, inside that of the batch.
/// What is no fault of the request is told of the batch as a whole.
fn refused(place: usize, cause: DomainError) -> ApiResult<HttpResponse> {
    let cause = ApiError::from(cause);
    let status = cause.status_code();
    if status.is_server_error() {
        return Err(cause);
    }
    let code = ErrorCode::BatchRequestFailed;
    let failed =
        json!({ "code": code.name(), "message": code.message(), "response": cause.body() });
    Ok(HttpResponse::BadRequest().json(json!({
        "status": StatusCode::BAD_REQUEST.as_u16(),
        "message": "The batch failed, nothing of it was done.",
        "data": { "requests": { place.to_string(): failed } },
    })))
}
