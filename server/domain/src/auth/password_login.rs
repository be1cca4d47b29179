//! Signing in by password.

use std::sync::Arc;

use underpin_access::Auth;
use underpin_credentials::{secret::Secret, token::TokenKind};
use underpin_model::{
    Collection, DomainError, DomainResult, ErrorCode, ErrorTree, FieldError, Record, RequestInfo,
    Timestamp, request_info::RequestContext,
};

use super::{
    session::{self, SignedIn},
    superuser_address::check_gate,
};
use crate::{
    Backend, OpContext,
    records::{ViewAsk, parse_first, passes, rehash, rule_scope, stored_by_value},
};

/// What a client sends to sign in.
pub struct PasswordLogin {
    /// The account's name: the value of an identity field.
    pub identity: String,
    /// The password.
    pub password: String,
    /// Which identity field to look at; empty = all of them in their order.
    pub identity_field: String,
}

/// One sentence for every failure: nothing tells whether the account exists.
const FAILED: &str = "The sign-in failed: unknown account or wrong password.";

/// Signs in by password. Takes the same time whether the account exists or not.
///
/// # Errors
/// `Invalid` for missing entries and failed sign-ins, `Forbidden` when the collection does not
/// allow it.
pub async fn password_login(
    backend: &Arc<Backend>,
    ctx: &OpContext,
    collection: &Arc<Collection>,
    login: PasswordLogin,
    view: &ViewAsk,
) -> DomainResult<SignedIn> {
    let auth = collection.auth.as_ref().ok_or(DomainError::NotFound)?;
    if !auth.password_auth.enabled {
        return Err(DomainError::Forbidden("This collection has no sign-in by password."));
    }
    check_entries(collection, &login)?;
    if collection.is_superusers() {
        // Before the password: the answer must not tell whether it is the right one.
        check_gate(backend, ctx.origin)?;
    }
    let found = find(backend, collection, &login).await?;
    let password = Secret::new(login.password);
    let Some(record) = found else {
        backend.passwords.verify_nothing(password).await.map_err(busy)?;
        return Err(DomainError::bad_request(FAILED));
    };
    let stored = record.text("password").to_owned();
    let verified = backend.passwords.verify(password.clone(), &stored).await.map_err(busy)?;
    if !verified.matches {
        return Err(DomainError::bad_request(FAILED));
    }
    let request = RequestInfo { context: RequestContext::Password, ..ctx.request.clone() };
    check_auth_rule(backend, (&request, ctx.now), &record).await?;
    if verified.needs_rehash {
        // The sign-in that verified an old hash is no sign-in with the password that came after it.
        let hash = backend.passwords.hash(password).await.map_err(busy)?;
        if !rehash(backend, &record, hash).await? {
            return Err(DomainError::bad_request(FAILED));
        }
    }
    let token = session::issue(&record, TokenKind::Auth, ctx.now).ok_or(DomainError::NotFound)?;
    session::answer(backend, ctx, collection, record, token, view).await
}

fn check_entries(collection: &Collection, login: &PasswordLogin) -> DomainResult<()> {
    let mut errors = ErrorTree::default();
    for (name, value) in [("identity", &login.identity), ("password", &login.password)] {
        if value.is_empty() {
            errors.put(name, ErrorCode::Required);
        } else if value.chars().count() > 255 {
            errors.put(name, FieldError::out_of_length(1, 255));
        }
    }
    let fields = collection.auth.as_ref().map(|auth| &auth.password_auth.identity_fields);
    let known = fields.is_some_and(|fields| fields.contains(&login.identity_field));
    if !login.identity_field.is_empty() && !known {
        errors.put("identityField", ErrorCode::InInvalid);
    }
    errors.into_result("The submitted data is not complete.")
}

async fn find(
    backend: &Backend,
    collection: &Arc<Collection>,
    login: &PasswordLogin,
) -> DomainResult<Option<Record>> {
    let Some(auth) = &collection.auth else { return Ok(None) };
    let snapshot = backend.schema.snapshot();
    let all = auth.password_auth.identity_fields.iter();
    let fields = all.filter(|f| login.identity_field.is_empty() || **f == login.identity_field);
    for field in fields {
        let wanted = (field.as_str(), login.identity.as_str());
        let select = stored_by_value(backend, &snapshot, collection, wanted, 1)?;
        let text = backend.database.text(&select).await?;
        if let Some(record) = parse_first(collection, text)? {
            return Ok(Some(record));
        }
    }
    Ok(None)
}

/// The collection's auth rule decides which records may sign in at all.
pub(super) async fn check_auth_rule(
    backend: &Backend,
    asked: (&RequestInfo, Timestamp),
    record: &Record,
) -> DomainResult<()> {
    const REFUSED: DomainError = DomainError::Forbidden("This account may not sign in.");
    if record.collection().is_superusers() {
        return Ok(());
    }
    let snapshot = backend.schema.snapshot();
    let who = session::principal(record.clone());
    let grant = underpin_access::authorize::<Auth>(&snapshot.policies, &who, record.collection())
        .map_err(|_| REFUSED)?;
    let scope = rule_scope(backend, asked, &snapshot, record.collection());
    if passes(&backend.database, &scope, grant.condition(), record).await? {
        Ok(())
    } else {
        Err(REFUSED)
    }
}

fn busy(error: underpin_credentials::password::PasswordError) -> DomainError {
    tracing::warn!(%error, "a password could not be checked");
    DomainError::Busy
}
