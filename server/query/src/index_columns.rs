//! What a `CREATE INDEX` statement covers, as far as planning cares.

use underpin_model::Collection;

/// Whether two records can't have the same value in this field, by a unique index of its own.
pub(crate) fn is_unique(collection: &Collection, field: &str) -> bool {
    collection.indexes.iter().any(|index| {
        let words = index.to_ascii_lowercase();
        words.contains("unique") && !words.contains(" where ") && columns(index) == [field]
    })
}

/// Whether a unique index, be it for some records alone, is over this field and no other.
pub fn has_unique_index(collection: &Collection, field: &str) -> bool {
    collection
        .indexes
        .iter()
        .any(|index| index.to_ascii_lowercase().contains("unique") && columns(index) == [field])
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
    let mut depth = 0_usize;
    let list: String = rest
        .chars()
        .take_while(|sign| {
            match sign {
                '(' => depth += 1,
                ')' if depth == 0 => return false,
                ')' => depth -= 1,
                _ => {}
            }
            true
        })
        .collect();
    let name = |column: &str| {
        let first = column.split_whitespace().next().unwrap_or_default();
        first.trim_matches(['`', '"', '[', ']', '\'']).to_owned()
    };
    list.split(',').map(name).collect()
}
