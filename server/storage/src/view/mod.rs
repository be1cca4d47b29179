//! Views: their queries as text, parsed, described by the database, and carried along when what
//! they read is renamed.
//!
//! A query is a superuser's own SQL. It is never run by the writer: to learn its columns it is
//! prepared, with no right to do anything but read; what it yields is read by connections that
//! can't write.

mod definition;
mod pinned;
mod query;
mod shape;
#[cfg(test)]
mod tests;

pub use self::{
    definition::NewView,
    query::{ViewColumn, ViewQuery, ViewSource},
    shape::{ColumnName, ShapeColumn, ViewShape},
};
pub(crate) use self::{
    query::checked_query,
    shape::{describe, with_text},
};
