//! Short-lived tokens that open protected files.

use underpin_credentials::token::TokenKind;
use underpin_model::{DomainError, DomainResult, Principal, Timestamp};

use super::session;
use crate::{Backend, OpContext};

/// A file token for the caller.
///
/// # Errors
/// `Unauthorized` for guests.
pub fn file_token(ctx: &OpContext) -> DomainResult<String> {
    ctx.who()
        .record()
        .and_then(|record| session::issue(record, TokenKind::File, ctx.now))
        .ok_or(DomainError::Unauthorized("A valid record token is needed for this request."))
}

/// Who a file token belongs to; a token that is of no use is a guest's.
///
/// # Errors
/// Storage faults.
pub async fn principal_of_file_token(
    backend: &Backend,
    text: &str,
    now: Timestamp,
) -> DomainResult<Principal> {
    let verified = session::verify(backend, text, TokenKind::File, now).await?;
    Ok(verified.map_or(Principal::Guest, |(_, record)| session::principal(record)))
}
