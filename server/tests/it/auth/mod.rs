//! Auth collections: signing up, signing in, tokens, and what accounts show of themselves.

mod account;
mod chosen_fields;
mod forged_tokens;
mod password;
mod refresh;
mod sign_in;
mod sign_up;
mod visibility;

use serde_json::{Value, json};

/// The body of a sign-up with a password that fits.
pub(crate) fn sign_up(email: &str) -> Value {
    json!({ "email": email, "password": "12345678", "passwordConfirm": "12345678" })
}
