//! Whether the server works.

use actix_web::{HttpResponse, web};
use serde_json::json;
use underpin_domain::Backend;
use underpin_model::DomainError;

use crate::{error::ApiResult, extract::Caller};

/// Answers 200 when the database answers. Superusers are told more.
pub(crate) async fn health(backend: web::Data<Backend>, caller: Caller) -> ApiResult<HttpResponse> {
    backend.database.ping().await.map_err(|_| DomainError::Busy)?;
    let data = if caller.ctx.who().is_superuser() {
        json!({ "canBackup": false, "realtimeClients": backend.hub.connected() })
    } else {
        json!({})
    };
    Ok(HttpResponse::Ok().json(json!({
        "code": 200, "message": "The server is healthy.", "data": data,
    })))
}
