//! The function behind LIKE: the engine's own takes three times as long to look for a text, and
//! may take for ever over a hostile pattern.

use std::sync::Arc;

use rusqlite::{
    Connection, Result,
    functions::{Context, FunctionFlags},
    types::ValueRef,
};
use underpin_query::LikeMatcher;

use super::{binding::text_of, deadline::Deadline};

/// The function's name; with three arguments it is what `LIKE … ESCAPE …` calls.
const NAME: &str = "like";
const PATTERN: usize = 0;
const TEXT: usize = 1;
const ARGUMENTS: i32 = 3;

/// Puts our own in place of the engine's, whose meaning with the escape `\` it has. Where one match
/// may take long, it looks at the deadline: to the engine it is one step, however long.
pub(super) fn install(connection: &Connection, deadline: &Deadline) -> Result<()> {
    let (deadline, handle) = (deadline.clone(), connection.get_interrupt_handle());
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function(NAME, ARGUMENTS, flags, move |context| {
        let Some(pattern) = pattern(context)? else { return Ok(None) };
        if !pattern.is_quick() && deadline.has_passed() {
            handle.interrupt();
        }
        Ok(is_like(&pattern, context.get_raw(TEXT)))
    })
}

fn is_like(pattern: &LikeMatcher, text: ValueRef<'_>) -> Option<bool> {
    match text {
        ValueRef::Null => None,
        ValueRef::Text(text) | ValueRef::Blob(text) => Some(pattern.matches(text)),
        number => text_of(number).map(|text| pattern.matches(text.as_bytes())),
    }
}

/// The pattern, read once a statement where it is the same for all rows.
fn pattern(context: &Context<'_>) -> Result<Option<Arc<LikeMatcher>>> {
    if let ValueRef::Null = context.get_raw(PATTERN) {
        return Ok(None);
    }
    let read = |value: ValueRef<'_>| -> Result<LikeMatcher> {
        Ok(LikeMatcher::new(&text_of(value).unwrap_or_default()))
    };
    let place = i32::try_from(PATTERN).unwrap_or_default();
    context.get_or_create_aux(place, read).map(Some)
}
