//! What is special about records that can sign in: passwords, token keys, protected fields.

use underpin_credentials::random;
use underpin_model::{ErrorCode, ErrorTree, Json, JsonMap, Record, Value};

use super::{fill::Hand, password_desk::PasswordDesk};

/// The field that holds an account's password.
pub(super) const PASSWORD: &str = "password";

/// Refusals of a new auth record's first stage: a password, given twice.
pub(super) fn check_new_password(record: &Record, body: &JsonMap) -> ErrorTree {
    let mut errors = ErrorTree::default();
    let password = text(body, "password");
    if password.is_empty() {
        errors.put("password", ErrorCode::Required);
    }
    put_confirmation(body, &mut errors);
    put_password_rules(record, password, &mut errors);
    errors
}

/// Refusals of a change of password: given twice, with the old one unless the hand is trusted.
pub(super) fn check_password_change(
    before: &Record,
    body: &JsonMap,
    hand: Hand,
    desk: &mut PasswordDesk,
) -> ErrorTree {
    let mut errors = ErrorTree::default();
    let password = text(body, "password");
    let old = text(body, "oldPassword");
    let given_anew = !password.is_empty() || !text(body, "passwordConfirm").is_empty();
    if password.is_empty() {
        errors.put(PASSWORD, ErrorCode::Required);
    }
    if given_anew || !old.is_empty() {
        put_confirmation(body, &mut errors);
    }
    put_password_rules(before, password, &mut errors);
    if hand == Hand::Client {
        if old.is_empty() && given_anew {
            errors.put("oldPassword", ErrorCode::Required);
        } else if errors.is_empty() && !desk.verify(old, before.text(PASSWORD)) {
            errors.put("oldPassword", ErrorCode::InvalidOldPassword);
        }
    }
    errors
}

/// Refusals of what only a manager may write: the address of an account, and whether it is
/// verified.
pub(super) fn check_protected(before: Option<&Record>, after: &Record, hand: Hand) -> ErrorTree {
    let mut errors = ErrorTree::default();
    if hand == Hand::Trusted {
        return errors;
    }
    if before.map_or(after.flag("verified"), |b| b.flag("verified") != after.flag("verified")) {
        errors.put("verified", ErrorCode::ValuesMismatch);
    }
    if before.is_some_and(|before| before.text("email") != after.text("email")) {
        errors.put("email", ErrorCode::ValuesMismatch);
    }
    errors
}

/// The hash of the submitted password, with its field. A new token key has to go with it, so that
/// every session ends.
pub(super) fn hash(body: &JsonMap, place: usize, desk: &mut PasswordDesk) -> (String, Value) {
    let hash = desk.hash(place, PASSWORD, text(body, PASSWORD));
    (PASSWORD.to_owned(), Value::Text(hash))
}

/// Another address ends every session, unless a new token key does so already.
pub(super) fn end_sessions_of_new_address(before: &Record, after: &mut Record) {
    let is_new = before.collection().is_auth() && before.text("email") != after.text("email");
    if is_new && before.text("tokenKey") == after.text("tokenKey") {
        renew_token_key(after);
    }
}

/// A new token key: every token of the record is void.
pub(crate) fn renew_token_key(record: &mut Record) {
    record.set("tokenKey", Value::Text(random::token_key()));
}

/// Whether the body asks for a new password.
pub(super) fn wants_password(body: &JsonMap) -> bool {
    body.contains_key(PASSWORD)
        || ["passwordConfirm", "oldPassword"].iter().any(|key| !text(body, key).is_empty())
}

fn put_confirmation(body: &JsonMap, errors: &mut ErrorTree) {
    let confirmation = text(body, "passwordConfirm");
    if confirmation.is_empty() {
        errors.put("passwordConfirm", ErrorCode::Required);
    } else if confirmation != text(body, "password") {
        errors.put("passwordConfirm", ErrorCode::ValuesMismatch);
    }
}

fn put_password_rules(record: &Record, password: &str, errors: &mut ErrorTree) {
    if let Some(field) = record.collection().field(PASSWORD)
        && !password.is_empty()
        && let Err(error) = field.validate(&Value::Text(password.to_owned()))
    {
        errors.put(&field.name, error);
    }
}

fn text<'a>(body: &'a JsonMap, key: &str) -> &'a str {
    body.get(key).and_then(Json::as_str).unwrap_or_default()
}
