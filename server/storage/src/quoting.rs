//! Names in SQL text, quoted as sea-query quotes them.

use sea_query::{Alias, IntoIden, QuotedBuilder, SqliteQueryBuilder};

/// A name in quotes, for the texts that sea-query has no tree for.
pub(crate) fn quoted(name: &str) -> String {
    let mut text = String::with_capacity(name.len() + 2);
    SqliteQueryBuilder.prepare_iden(&Alias::new(name).into_iden(), &mut text);
    text
}
