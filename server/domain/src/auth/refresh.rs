//! A new session token for a valid one.

use std::sync::Arc;

use underpin_credentials::token::{Purpose, TokenKind};
use underpin_model::{Collection, DomainError, DomainResult};

use super::{
    password_login::check_auth_rule,
    session::{self, SignedIn},
};
use crate::{Backend, OpContext, records::ViewAsk};

/// Answers with a fresh token and the caller's record. A token that was issued as not
/// refreshable comes back as it is.
///
/// # Errors
/// `Unauthorized` for guests, `Forbidden` for records of another collection.
pub async fn refresh(
    backend: &Backend,
    ctx: &OpContext,
    collection: &Arc<Collection>,
    token: &str,
    view: &ViewAsk,
) -> DomainResult<SignedIn> {
    let record = ctx
        .who()
        .record()
        .ok_or(DomainError::Unauthorized("A valid record token is needed for this request."))?;
    if record.collection().id != collection.id {
        return Err(DomainError::Forbidden("The token belongs to another collection."));
    }
    let verified = session::verify(backend, token, TokenKind::Auth, ctx.now).await?;
    let (claims, record) = verified
        .ok_or(DomainError::Unauthorized("A valid record token is needed for this request."))?;
    check_auth_rule(backend, (&ctx.request, ctx.now), &record).await?;
    let refreshable = matches!(claims.purpose, Purpose::Auth { refreshable: true });
    let token = if refreshable {
        session::issue(&record, TokenKind::Auth, ctx.now).ok_or(DomainError::NotFound)?
    } else {
        token.to_owned()
    };
    session::answer(backend, ctx, collection, record, token, view).await
}
