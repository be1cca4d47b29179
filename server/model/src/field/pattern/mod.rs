//! Patterns in field options: RE2 syntax, as clients write it.

mod dialect;
mod escape;
mod generate;

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, PoisonError, RwLock},
};

use regex::{Regex, RegexBuilder};

pub use self::generate::generate;

/// Most compiled patterns kept; beyond it the cache starts anew.
const MAX_CACHED: usize = 512;
/// Largest compiled pattern, in bytes: a pattern is written by an admin, but runs on every write.
const MAX_COMPILED_BYTES: usize = 1 << 20;

static COMPILED: LazyLock<RwLock<HashMap<String, Arc<Regex>>>> = LazyLock::new(RwLock::default);

/// The compiled form of a pattern, or nothing when it can't be used.
pub(super) fn compile(pattern: &str) -> Option<Arc<Regex>> {
    let cached = COMPILED.read().unwrap_or_else(PoisonError::into_inner).get(pattern).cloned();
    if cached.is_some() {
        return cached;
    }
    let translated = dialect::translate(pattern)?;
    let built = RegexBuilder::new(&translated).size_limit(MAX_COMPILED_BYTES).build().ok()?;
    let compiled = Arc::new(built);
    let mut cache = COMPILED.write().unwrap_or_else(PoisonError::into_inner);
    if cache.len() >= MAX_CACHED {
        cache.clear();
    }
    cache.insert(pattern.to_owned(), Arc::clone(&compiled));
    Some(compiled)
}

/// Whether a text has a match of the pattern somewhere. A pattern that can't be used matches nothing.
pub fn matches(pattern: &str, text: &str) -> bool {
    compile(pattern).is_some_and(|compiled| compiled.is_match(text))
}

#[cfg(test)]
mod tests;
