//! Session tokens: from a token to who it belongs to, and from a record to a token.

use std::sync::Arc;

use underpin_credentials::{
    secret::Secret,
    token::{self, Claims, Purpose, TokenKind},
};
use underpin_model::{
    Collection, DomainResult, Json, Principal, Record, Timestamp,
    auth_options::{AuthOptions, TokenOptions},
};

use super::superuser_address::check_address;
use crate::{
    Backend, OpContext, Origin,
    records::{ViewAsk, finish, read, shape},
};

/// A token with the record that it belongs to, as its owner sees it.
pub struct SignedIn {
    /// The session token.
    pub token: String,
    /// The record.
    pub record: Json,
}

/// Who a session token belongs to. A token that is of no use is a guest's.
///
/// # Errors
/// `Forbidden` for a superuser from an address that superusers may not come from.
pub async fn principal_of(
    backend: &Backend,
    text: &str,
    now: Timestamp,
    from: Option<Origin>,
) -> DomainResult<Principal> {
    let Some((_, record)) = verify(backend, text, TokenKind::Auth, now).await? else {
        return Ok(Principal::Guest);
    };
    let who = principal(record);
    check_address(backend, &who, from)?;
    Ok(who)
}

/// The second since 1970 at which a token ends; nothing for what is no token.
pub fn token_expiry(text: &str) -> Option<i64> {
    token::peek_unverified(text).map(|claims| claims.expires_unix)
}

/// The principal that an auth record is.
pub(crate) fn principal(record: Record) -> Principal {
    let superuser = record.collection().is_superusers();
    let record = Arc::new(record);
    if superuser { Principal::Superuser(record) } else { Principal::User(record) }
}

/// The claims and record of a token, when its signature, kind and time are right.
pub(super) async fn verify(
    backend: &Backend,
    text: &str,
    kind: TokenKind,
    now: Timestamp,
) -> DomainResult<Option<(Claims, Record)>> {
    let Some(claimed) = token::peek_unverified(text) else { return Ok(None) };
    let snapshot = backend.schema.snapshot();
    let Some(collection) = snapshot.find(&claimed.collection_id) else { return Ok(None) };
    let Some(auth) = &collection.auth else { return Ok(None) };
    if collection.id != claimed.collection_id {
        return Ok(None);
    }
    let record = read(backend, collection, &claimed.record_id).await?;
    let Some(record) = record else { return Ok(None) };
    let key = signing_key(&record, options(auth, kind));
    Ok(token::verify(text, &key, kind, now.seconds()).ok().map(|claims| (claims, record)))
}

/// A new token of a kind for a record, living as long as the collection says.
pub(super) fn issue(record: &Record, kind: TokenKind, now: Timestamp) -> Option<String> {
    let options = options(record.collection().auth.as_deref()?, kind);
    let expires_unix = now.plus_seconds(options.duration).seconds();
    let purpose = match kind {
        TokenKind::File => Purpose::File,
        _ => Purpose::Auth { refreshable: true },
    };
    sign(
        record,
        Claims {
            record_id: record.id().to_owned(),
            collection_id: record.collection().id.clone(),
            expires_unix,
            purpose,
        },
    )
}

/// Signs claims with the key of the record that they are about.
pub(super) fn sign(record: &Record, claims: Claims) -> Option<String> {
    let options = options(record.collection().auth.as_deref()?, claims.kind());
    match token::sign(&claims, &signing_key(record, options)) {
        Ok(token) => Some(token),
        Err(error) => {
            tracing::error!(%error, "a token could not be signed");
            None
        }
    }
}

/// The answer to a successful sign-in.
pub(super) async fn answer(
    backend: &Backend,
    ctx: &OpContext,
    collection: &Arc<Collection>,
    record: Record,
    token: String,
    view: &ViewAsk,
) -> DomainResult<SignedIn> {
    let who = principal(record.clone());
    check_address(backend, &who, ctx.origin)?;
    let ctx = OpContext {
        request: underpin_model::RequestInfo { who: who.clone(), ..ctx.request.clone() },
        ..ctx.clone()
    };
    let view = ViewAsk { expand: view.expand.clone(), pick: None };
    let shown = vec![Json::Object(record.to_public(shape::audience_of(&who, &record)))];
    let mut records = finish(backend, &ctx, shown, collection, &view).await?;
    Ok(SignedIn { token, record: records.pop().unwrap_or_default() })
}

fn options(auth: &AuthOptions, kind: TokenKind) -> &TokenOptions {
    match kind {
        TokenKind::Auth => &auth.auth_token,
        TokenKind::File => &auth.file_token,
        TokenKind::Verification => &auth.verification_token,
        TokenKind::PasswordReset => &auth.password_reset_token,
        TokenKind::EmailChange => &auth.email_change_token,
    }
}

/// The record's token key followed by the collection's secret: changing either voids the token.
fn signing_key(record: &Record, options: &TokenOptions) -> Secret {
    Secret::joined(record.text("tokenKey"), &options.secret)
}
