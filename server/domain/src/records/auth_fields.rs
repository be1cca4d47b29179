//! What is special about records that can sign in: passwords, token keys, protected fields.

use underpin_credentials::random;
use underpin_model::{ErrorCode, ErrorTree, JsonMap, Record, Value};

use super::{manage::Standing, password_desk::PasswordDesk};

/// The field that holds an account's password.
pub(super) const PASSWORD: &str = "password";

/// The first refusals of a new auth record: a password, given twice, and what only a manager may
/// write.
pub(super) fn check_new(record: &Record, body: &JsonMap, standing: Standing) -> ErrorTree {
    let mut errors = check_protected(None, record, standing);
    let password = text(record, body, PASSWORD);
    if password.is_empty() {
        errors.put(PASSWORD, ErrorCode::Required);
    }
    put_confirmation(record, body, &mut errors);
    errors
}

/// The first refusals of a change: what only a manager may write, and a new password, which is
/// given twice and with the old one unless a manager gives it.
pub(super) fn check_change(
    (before, after): (&Record, &Record),
    body: &JsonMap,
    standing: Standing,
    desk: &mut PasswordDesk,
) -> ErrorTree {
    let mut errors = check_protected(Some(before), after, standing);
    if !wants_password(before, body) {
        return errors;
    }
    let password = text(before, body, PASSWORD);
    let old = text(before, body, "oldPassword");
    let given_anew = !password.is_empty() || !text(before, body, "passwordConfirm").is_empty();
    if password.is_empty() {
        errors.put(PASSWORD, ErrorCode::Required);
    }
    if given_anew || !old.is_empty() {
        put_confirmation(before, body, &mut errors);
    }
    if standing == Standing::Other && given_anew {
        if old.is_empty() {
            errors.put("oldPassword", ErrorCode::Required);
        } else if !desk.verify(&old, before.text(PASSWORD)) {
            errors.put("oldPassword", ErrorCode::InvalidOldPassword);
        }
    }
    errors
}

/// Refusals of what only a manager may write: the address of an account, and whether it is
/// verified.
pub(super) fn check_protected(
    before: Option<&Record>,
    after: &Record,
    standing: Standing,
) -> ErrorTree {
    let mut errors = ErrorTree::default();
    if standing == Standing::Manager {
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

/// Adds what the password field itself says against a submitted password.
pub(super) fn put_password_rules(record: &Record, body: &JsonMap, errors: &mut ErrorTree) {
    let password = text(record, body, PASSWORD);
    if record.collection().is_auth()
        && let Some(field) = record.collection().field(PASSWORD)
        && !password.is_empty()
        && let Err(error) = field.validate(&Value::Text(password))
    {
        errors.put(&field.name, error);
    }
}

/// The hash of the submitted password, with its field. A new token key has to go with it, so that
/// every session ends.
pub(super) fn hash(
    record: &Record,
    body: &JsonMap,
    place: usize,
    desk: &mut PasswordDesk,
) -> (String, Value) {
    let hash = desk.hash(place, PASSWORD, &text(record, body, PASSWORD));
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
pub(super) fn wants_password(record: &Record, body: &JsonMap) -> bool {
    let is_given = |key: &&str| !text(record, body, key).is_empty();
    body.contains_key(PASSWORD) || ["passwordConfirm", "oldPassword"].iter().any(is_given)
}

fn put_confirmation(record: &Record, body: &JsonMap, errors: &mut ErrorTree) {
    let confirmation = text(record, body, "passwordConfirm");
    if confirmation.is_empty() {
        errors.put("passwordConfirm", ErrorCode::Required);
    } else if confirmation != text(record, body, PASSWORD) {
        errors.put("passwordConfirm", ErrorCode::ValuesMismatch);
    }
}

/// A submitted password, cast as the password field casts its values.
fn text(record: &Record, body: &JsonMap, key: &str) -> String {
    let field = record.collection().field(PASSWORD);
    let sent = body.get(key).zip(field).map(|(sent, field)| field.normalise(sent));
    sent.as_ref().and_then(Value::as_text).unwrap_or_default().to_owned()
}
