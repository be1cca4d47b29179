//! Jobs that run by the clock: list, and begin by hand. For superusers.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use underpin_domain::{Backend, jobs};
use underpin_model::Json;

use super::{picked, records::view_ask};
use crate::{
    error::ApiResult,
    extract::{Caller, Parameters},
};

/// `GET /api/crons`
pub(crate) async fn list(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let view = view_ask(&Parameters::of(&request))?;
    let states = jobs::list(&backend).await?;
    Ok(picked(states.into_iter().map(shown).collect(), &view))
}

/// `POST /api/crons/{id}`
pub(crate) async fn run(
    backend: web::Data<Backend>,
    caller: Caller,
    path: web::Path<String>,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    jobs::start(&backend.into_inner(), &path).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn shown(job: jobs::JobState) -> Json {
    let last = job.last.map(|last| {
        json!({
            "node": last.node, "started": last.started, "ended": last.ended,
            "outcome": last.outcome, "error": last.error,
        })
    });
    let next = job.next.map(|next| next.to_string()).unwrap_or_default();
    json!({ "id": job.id, "expression": job.expression, "next": next, "last": last })
}
