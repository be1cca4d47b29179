//! The SQL console. For superusers.

use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;
use underpin_domain::{
    Backend,
    console::{SqlAnswer, SqlAsk, run_sql},
};
use underpin_model::{DomainError, DomainResult, Json, JsonMap};

use super::{picked, records::view_ask};
use crate::{
    error::ApiResult,
    extract::{Caller, Parameters, json_body},
};

/// `POST /api/sql`
pub(crate) async fn run(
    backend: web::Data<Backend>,
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    caller.require_superuser()?;
    let view = view_ask(&Parameters::of(&request))?;
    let ask = read(&json_body(&request, payload).await?)?;
    let answer = run_sql(&backend, &caller.ctx, ask).await?;
    Ok(picked(shown(answer), &view))
}

fn read(body: &JsonMap) -> DomainResult<SqlAsk> {
    let entry = |name: &str| {
        let found = body.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.map_or(&Json::Null, |(_, value)| value)
    };
    let text = match entry("query") {
        Json::Null => String::new(),
        Json::String(text) => text.clone(),
        _ => return Err(DomainError::bad_request("The query must be a text.")),
    };
    let writes = match entry("write") {
        Json::Null => false,
        Json::Bool(writes) => *writes,
        // As forms send it.
        Json::String(text) => text == "true",
        _ => return Err(DomainError::bad_request("\"write\" must be true or false.")),
    };
    Ok(SqlAsk { text, writes })
}

fn shown(answer: SqlAnswer) -> Json {
    let columns = answer.found.columns.into_iter();
    let columns: Vec<_> = columns
        .map(|column| json!({ "name": column.name, "type": column.kind, "nullable": true }))
        .collect();
    json!({
        "execTime": answer.millis,
        "affectedRows": answer.found.affected,
        "columns": columns,
        "rows": answer.found.rows,
    })
}
