//! The one-time way to the first superuser of a new project.
//!
//! A project without superusers gets a placeholder account with a random password that nobody
//! knows, and a token of it that lives for half an hour. With it the first real superuser is
//! made, and that write deletes the placeholder: the link has then lost its use.

use std::sync::Arc;

use underpin_credentials::{
    random,
    token::{Claims, Purpose},
};
use underpin_model::{DomainError, DomainResult};

use super::{
    session,
    superuser::{create_superuser, find, prepare},
};
use crate::{Backend, records::INSTALLER_EMAIL};

/// How long the link can be used, in seconds.
const LIFETIME: i64 = 1_800;

/// Whether nobody can administer the project yet.
///
/// # Errors
/// Storage faults.
pub async fn needs_installer(backend: &Backend) -> DomainResult<bool> {
    use sea_query::{Alias, Expr, ExprTrait, Query};
    let select = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new(underpin_model::collection::SUPERUSERS))
        .and_where(Expr::col(Alias::new("email")).ne(INSTALLER_EMAIL))
        .limit(1)
        .to_owned();
    Ok(backend.database.rows(&select).await?.is_empty())
}

/// A token with which the first superuser can be made, for half an hour.
///
/// # Errors
/// Storage faults.
pub async fn installer_token(backend: &Arc<Backend>) -> DomainResult<String> {
    let (ctx, collection) = prepare(backend)?;
    if find(backend, &collection, INSTALLER_EMAIL).await?.is_none() {
        create_superuser(backend, INSTALLER_EMAIL, &random::token_key()).await?;
    }
    let record = find(backend, &collection, INSTALLER_EMAIL).await?;
    let record = record.ok_or(DomainError::NotFound)?;
    let claims = Claims {
        record_id: record.id().to_owned(),
        collection_id: collection.id.clone(),
        expires_unix: ctx.now.plus_seconds(LIFETIME).seconds(),
        purpose: Purpose::Auth { refreshable: false },
    };
    session::sign(&record, claims).ok_or(DomainError::NotFound)
}
