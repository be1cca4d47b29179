//! The client secret for sign-in with Apple, made from a key that Apple has given out.

use underpin_credentials::{Secret, apple::AppleClient};
use underpin_model::{DomainError, DomainResult, ErrorCode, ErrorTree, FieldError};

use crate::OpContext;

/// Length of the ids that Apple gives out.
const ID_BYTES: usize = 10;
/// The longest time that Apple lets a secret live, in seconds.
const MAX_SECONDS: i64 = 15_777_000;
/// How a key in PEM form begins and ends.
const PEM: (&str, &str) = ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----");

/// What a client secret is made of.
#[derive(Debug)]
pub struct AppleSecretAsk {
    /// The app's id.
    pub client_id: String,
    /// The team's id.
    pub team_id: String,
    /// The key's id.
    pub key_id: String,
    /// The key.
    pub private_key: Secret,
    /// How long the secret lives, in seconds.
    pub duration: i64,
}

/// Makes a client secret. Nothing is kept. For superusers; the caller has checked that.
///
/// # Errors
/// `Invalid` with the entries at fault, or with what is wrong with the key.
pub fn apple_client_secret(ctx: &OpContext, ask: AppleSecretAsk) -> DomainResult<String> {
    check(&ask).into_result("No client secret can be made of this.")?;
    let now = ctx.now.seconds();
    let client = AppleClient {
        client_id: ask.client_id,
        team_id: ask.team_id,
        key_id: ask.key_id,
        private_key: ask.private_key,
    };
    client.secret(now, now.saturating_add(ask.duration)).map_err(|error| {
        DomainError::bad_request(format!("No client secret can be made: {error}."))
    })
}

fn check(ask: &AppleSecretAsk) -> ErrorTree {
    let mut errors = ErrorTree::default();
    if ask.client_id.is_empty() {
        errors.put("clientId", ErrorCode::Required);
    }
    for (name, id) in [("teamId", &ask.team_id), ("keyId", &ask.key_id)] {
        if id.is_empty() {
            errors.put(name, ErrorCode::Required);
        } else if id.len() != ID_BYTES {
            let error = FieldError::new(ErrorCode::LengthInvalid);
            errors.put(name, error.param("min", ID_BYTES).param("max", ID_BYTES));
        }
    }
    let key = ask.private_key.expose().trim();
    if key.is_empty() {
        errors.put("privateKey", ErrorCode::Required);
    } else if !key.starts_with(PEM.0) || !key.ends_with(PEM.1) {
        errors.put("privateKey", ErrorCode::MatchInvalid);
    }
    if ask.duration == 0 {
        errors.put("duration", ErrorCode::Required);
    } else if ask.duration < 1 {
        errors.put("duration", FieldError::below(1));
    } else if ask.duration > MAX_SECONDS {
        errors.put("duration", FieldError::above(MAX_SECONDS));
    }
    errors
}
