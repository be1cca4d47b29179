//! What a `CREATE INDEX` statement covers, as far as planning cares.

use underpin_model::Collection;

/// Whether two records can't have the same value in this field, by a unique index of its own.
pub(crate) fn is_unique(collection: &Collection, field: &str) -> bool {
    collection.indexes.iter().any(|index| {
        let words = index.to_ascii_lowercase();
        words.contains("unique") && !words.contains(" where ") && columns(index) == [field]
    })
}

/// Whether an index starts with this field.
pub(crate) fn leads_index(collection: &Collection, field: &str) -> bool {
    collection
        .indexes
        .iter()
        .any(|index| columns(index).first().is_some_and(|first| first == field))
}

/// The columns in the statement's parentheses; of an expression, its text.
fn columns(index: &str) -> Vec<String> {
    let Some((_, rest)) = index.split_once('(') else { return Vec::new() };
    let Some((list, _)) = rest.rsplit_once(')') else { return Vec::new() };
    let name = |column: &str| {
        let first = column.split_whitespace().next().unwrap_or_default();
        first.trim_matches(['`', '"', '[', ']', '\'']).to_owned()
    };
    list.split(',').map(name).collect()
}
