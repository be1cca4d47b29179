//! What a view's query may read: the collections, and of them everything but secrets.

use std::{collections::BTreeSet, sync::Arc};

use underpin_model::Collection;
use underpin_storage::ViewShape;

use super::super::next::Next;

/// Functions of the database that yield rows and hold no data of their own.
const ROW_FUNCTIONS: [&str; 2] = ["json_each", "json_tree"];

/// Refuses a query that reads the server's own tables, or a password's hash or a token key.
///
/// Whatever the query does with them, they could be told from what it yields.
///
/// # Errors
/// A sentence that says what is read.
pub(super) fn check(next: &Next, shape: &ViewShape) -> Result<(), String> {
    for read in &shape.reads {
        let table = read.table.as_str();
        if ROW_FUNCTIONS.iter().any(|function| function.eq_ignore_ascii_case(table)) {
            continue;
        }
        let Some(collection) = next.by_name(table) else {
            return Err(format!("the table \"{}\" is not a collection's", table.escape_debug()));
        };
        let named = |name: &str| name.eq_ignore_ascii_case(&read.column);
        if collection.fields.iter().any(|field| field.is_secret() && named(&field.name)) {
            return Err(format!(
                "\"{}\" of \"{}\" is a secret, which views can't read (name the columns that you \
                 need instead of *)",
                read.column, collection.name
            ));
        }
    }
    Ok(())
}

/// The collections that a query reads, those behind other views too.
pub(super) fn collections(next: &Next, shape: &ViewShape) -> Vec<Arc<Collection>> {
    let tables: BTreeSet<String> =
        shape.reads.iter().map(|read| read.table.to_lowercase()).collect();
    let reads = |collection: &&Arc<Collection>| tables.contains(&collection.name.to_lowercase());
    next.collections().iter().filter(reads).cloned().collect()
}
