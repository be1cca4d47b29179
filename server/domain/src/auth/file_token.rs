//! Short-lived tokens that open protected files.

use underpin_credentials::token::TokenKind;
use underpin_model::{DomainError, DomainResult, Principal, Timestamp};

use super::{session, superuser_address::check_address};
use crate::{Backend, OpContext, Origin};

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
/// `Forbidden` for a superuser from an address that superusers may not come from.
pub async fn principal_of_file_token(
    backend: &Backend,
    text: &str,
    now: Timestamp,
    from: Option<Origin>,
) -> DomainResult<Principal> {
    let verified = session::verify(backend, text, TokenKind::File, now).await?;
    let who = verified.map_or(Principal::Guest, |(_, record)| session::principal(record));
    check_address(backend, &who, from)?;
    Ok(who)
}
