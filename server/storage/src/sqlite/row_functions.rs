//! Functions of ours with which the writing connection changes many rows, and logs each, without
//! any of them coming out of the database. No view or trigger can call them.

use std::{collections::HashSet, sync::Arc};

use rusqlite::{
    Connection, Error, Result,
    functions::{Context, FunctionFlags},
    types::ValueRef,
};
use underpin_query::{
    Held, LoggedRow, list_items, list_without,
    sqlite_flavour::{LIST_WITHOUT, LOGGED_ROW},
};

const ANY_NUMBER: i32 = -1;
/// Place of the description among the arguments of [`LOGGED_ROW`]; the columns follow.
const DESCRIPTION: usize = 0;
/// Places of the arguments of [`LIST_WITHOUT`].
const LIST: usize = 0;
const GONE: usize = 1;

pub(super) fn install(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8
        | FunctionFlags::SQLITE_DETERMINISTIC
        | FunctionFlags::SQLITE_DIRECTONLY;
    connection.create_scalar_function(LOGGED_ROW, ANY_NUMBER, flags, print)?;
    connection.create_scalar_function(LIST_WITHOUT, 2, flags, without)
}

fn print(context: &Context<'_>) -> Result<String> {
    let unfit = || Error::UserFunctionError("a row that can't be logged".into());
    let row: Arc<Option<LoggedRow>> = known(context, DESCRIPTION, LoggedRow::read)?;
    let row = row.as_ref().as_ref().ok_or_else(unfit)?;
    let columns = (DESCRIPTION + 1..context.len()).map(|place| match context.get_raw(place) {
        ValueRef::Null | ValueRef::Blob(_) => Held::Null,
        ValueRef::Integer(number) => Held::Integer(number),
        ValueRef::Real(number) => Held::Real(number),
        ValueRef::Text(text) => std::str::from_utf8(text).map_or(Held::Null, Held::Text),
    });
    row.print(columns).ok_or_else(unfit)
}

fn without(context: &Context<'_>) -> Result<Option<String>> {
    let gone: Arc<HashSet<String>> = known(context, GONE, |list| {
        list_items(list).into_iter().map(std::borrow::Cow::into_owned).collect()
    })?;
    let ValueRef::Text(list) = context.get_raw(LIST) else { return Ok(None) };
    let list = std::str::from_utf8(list).unwrap_or_default();
    Ok(list_without(list, |item| gone.contains(item)))
}

/// What an argument tells, which is read once a statement since it is the same for all rows.
fn known<T: Send + Sync + 'static>(
    context: &Context<'_>,
    place: usize,
    read: impl FnOnce(&str) -> T,
) -> Result<Arc<T>> {
    let read = |value: ValueRef<'_>| -> Result<T> { Ok(read(value.as_str()?)) };
    context.get_or_create_aux(i32::try_from(place).unwrap_or_default(), read)
}
