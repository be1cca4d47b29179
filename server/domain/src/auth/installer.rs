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
use underpin_model::{DomainError, DomainResult, Record};

use super::{
    session,
    superuser::{create_superuser, find, prepare},
};
use crate::{Backend, OpContext, records::INSTALLER_EMAIL, schema};

/// How long the link can be used, in seconds.
const LIFETIME: i64 = 1_800;
/// Most times that the placeholder account is tried to be made.
const MAX_TRIES: usize = 20;

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
    let (ctx, record) = placeholder(backend).await?;
    let claims = Claims {
        record_id: record.id().to_owned(),
        collection_id: record.collection().id.clone(),
        expires_unix: ctx.now.plus_seconds(LIFETIME).seconds(),
        purpose: Purpose::Auth { refreshable: false },
    };
    session::sign(&record, claims).ok_or(DomainError::NotFound)
}

/// The placeholder account, made if it is missing. Another node that starts may be quicker, or may
/// change the schema meanwhile.
async fn placeholder(backend: &Arc<Backend>) -> DomainResult<(OpContext, Record)> {
    for _ in 0..MAX_TRIES {
        let (ctx, collection) = prepare(backend)?;
        if let Some(record) = find(backend, &collection, INSTALLER_EMAIL).await? {
            return Ok((ctx, record));
        }
        match create_superuser(backend, INSTALLER_EMAIL, &random::token_key()).await {
            Ok(_) | Err(DomainError::Invalid(_)) => {}
            Err(DomainError::Busy) => schema::reload(backend).await?,
            Err(error) => return Err(error),
        }
    }
    Err(DomainError::Busy)
}
