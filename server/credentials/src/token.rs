//! Tokens in PocketBase's format: HS256 JWTs whose payload names a record and a purpose.
//!
//! The key is the record's token key followed by its collection's secret for that kind of
//! token, so that changing either voids the tokens. To find the record, a token is first
//! read with [`peek_unverified`]; nothing that it says may be believed before [`verify`].

mod claims;
mod wire;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

pub use claims::{Claims, Purpose, TokenKind};
use wire::{HS256_HEADER, Header, Payload};

use crate::{
    mac::{hmac_sha256, hmac_sha256_matches},
    secret::Secret,
};

/// Longest token that is looked at.
pub const MAX_TOKEN_BYTES: usize = 8 * 1024;

/// Shortest key that signs. A record without a token key must not be forgeable.
pub const MIN_KEY_BYTES: usize = 30;

/// Why a token was not made or not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// It is no JWT, lacks a claim, or is too long.
    #[error("the token is malformed")]
    Malformed,
    /// It names another algorithm than HS256.
    #[error("the token's algorithm is not accepted")]
    Algorithm,
    /// It was not signed with this key.
    #[error("the token's signature is wrong")]
    Signature,
    /// It was made for something else.
    #[error("the token is for another purpose")]
    Kind,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// The key is too short to sign or check with.
    #[error("the signing key is too short")]
    WeakKey,
}

/// Makes a token.
///
/// # Errors
/// [`TokenError::WeakKey`], or [`TokenError::Malformed`] when it would be too long.
pub fn sign(claims: &Claims, key: &Secret) -> Result<String, TokenError> {
    refuse_weak(key)?;
    let payload = serde_json::to_vec(&Payload::from(claims)).map_err(|_| TokenError::Malformed)?;
    let signed =
        format!("{}.{}", URL_SAFE_NO_PAD.encode(HS256_HEADER), URL_SAFE_NO_PAD.encode(payload));
    let signature = hmac_sha256(key, signed.as_bytes()).ok_or(TokenError::WeakKey)?;
    let token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    if token.len() > MAX_TOKEN_BYTES {
        return Err(TokenError::Malformed);
    }
    Ok(token)
}

/// What a token claims, unproven: only to find the record whose key will prove it.
#[must_use]
pub fn peek_unverified(token: &str) -> Option<Claims> {
    Parts::of(token).ok()?.claims().ok()
}

/// The claims of a token that was signed with this key, for this kind of use, and has not
/// expired.
///
/// # Errors
/// Any [`TokenError`]; the signature is checked before anything that the payload says.
pub fn verify(
    token: &str,
    key: &Secret,
    kind: TokenKind,
    now_unix: i64,
) -> Result<Claims, TokenError> {
    refuse_weak(key)?;
    let parts = Parts::of(token)?;
    parts.require_hs256()?;
    let signature = decode(parts.signature)?;
    if !hmac_sha256_matches(key, parts.signed.as_bytes(), &signature) {
        return Err(TokenError::Signature);
    }
    let claims = parts.claims()?;
    if claims.kind() != kind {
        return Err(TokenError::Kind);
    }
    if claims.expires_unix <= now_unix {
        return Err(TokenError::Expired);
    }
    Ok(claims)
}

/// A token taken apart, each part still encoded.
struct Parts<'a> {
    signed: &'a str,
    header: &'a str,
    payload: &'a str,
    signature: &'a str,
}

impl<'a> Parts<'a> {
    fn of(token: &'a str) -> Result<Self, TokenError> {
        if token.len() > MAX_TOKEN_BYTES {
            return Err(TokenError::Malformed);
        }
        let (signed, signature) = token.rsplit_once('.').ok_or(TokenError::Malformed)?;
        let (header, payload) = signed.split_once('.').ok_or(TokenError::Malformed)?;
        Ok(Self { signed, header, payload, signature })
    }

    fn require_hs256(&self) -> Result<(), TokenError> {
        let header: Header =
            serde_json::from_slice(&decode(self.header)?).map_err(|_| TokenError::Malformed)?;
        if header.is_hs256() { Ok(()) } else { Err(TokenError::Algorithm) }
    }

    fn claims(&self) -> Result<Claims, TokenError> {
        let payload: Payload =
            serde_json::from_slice(&decode(self.payload)?).map_err(|_| TokenError::Malformed)?;
        payload.into_claims().ok_or(TokenError::Malformed)
    }
}

fn refuse_weak(key: &Secret) -> Result<(), TokenError> {
    if key.expose().len() < MIN_KEY_BYTES {
        return Err(TokenError::WeakKey);
    }
    Ok(())
}

/// Strict base64url: with one text for one meaning, a token cannot be changed and stay valid.
fn decode(part: &str) -> Result<Vec<u8>, TokenError> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| TokenError::Malformed)
}

#[cfg(test)]
mod tests;
