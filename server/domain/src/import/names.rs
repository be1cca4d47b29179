//! Names that can't be had here, and those that come in their place.

use std::collections::{BTreeMap, HashSet};

use sha2::{Digest, Sha256};
use underpin_model::Collection;

use crate::schema::{is_name_of_collection, is_name_of_field};

/// Longest name of a collection, in bytes.
const MAX_COLLECTION: usize = 63;
/// What tells one cut name from another.
const CUT_LETTERS: usize = 8;

/// Old names and new ones. A name becomes the same everywhere, so that rules and queries can
/// follow word by word.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    pub(super) collections: BTreeMap<String, String>,
    pub(super) fields: BTreeMap<String, String>,
}

/// What a text is written in.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Language {
    /// Filters and rules: both quotes are around texts.
    Rule,
    /// SQL: only single quotes are.
    Sql,
}

impl Names {
    /// Decides on all names; fields have at most so many bytes.
    pub(super) fn decide(collections: &[Collection], longest_field: usize) -> Self {
        let mut taken: HashSet<String> =
            collections.iter().map(|collection| collection.name.to_lowercase()).collect();
        let mut names = Self::default();
        for collection in collections {
            if !is_name_of_collection(&collection.name) {
                let fits = |name: &str| is_name_of_collection(name);
                let new = new_name(&collection.name, MAX_COLLECTION, fits, &mut taken);
                names.collections.insert(collection.name.clone(), new);
            }
        }
        let fields = || collections.iter().flat_map(|collection| &collection.fields);
        let mut taken: HashSet<String> = fields().map(|field| field.name.to_lowercase()).collect();
        for field in fields() {
            let fits = |name: &str| is_name_of_field(name) && name.len() <= longest_field;
            if !fits(&field.name) && !names.fields.contains_key(&field.name) {
                let new = new_name(&field.name, longest_field, fits, &mut taken);
                names.fields.insert(field.name.clone(), new);
            }
        }
        names
    }

    /// The name that something had before.
    pub(super) fn old_name(&self, collection: &str) -> Option<String> {
        self.collections.iter().find(|(_, new)| *new == collection).map(|(old, _)| old.clone())
    }

    /// The name that a field had before.
    pub(super) fn old_field<'n>(&'n self, field: &'n str) -> &'n str {
        self.fields.iter().find(|(_, new)| *new == field).map_or(field, |(old, _)| old.as_str())
    }

    /// Gives a definition its new names, in rules, indexes, queries and options as well.
    pub(super) fn apply(&self, collection: &mut Collection) {
        if self.collections.is_empty() && self.fields.is_empty() {
            return;
        }
        let renamed = |map: &BTreeMap<String, String>, name: &mut String| {
            if let Some(new) = map.get(name) {
                new.clone_into(name);
            }
        };
        renamed(&self.collections, &mut collection.name);
        for field in &mut collection.fields {
            renamed(&self.fields, &mut field.name);
        }
        let rules = &mut collection.rules;
        for rule in [
            &mut rules.list,
            &mut rules.view,
            &mut rules.create,
            &mut rules.update,
            &mut rules.delete,
            &mut rules.auth,
            &mut rules.manage,
        ] {
            *rule = rule.take().map(|text| self.carried(&text, Language::Rule));
        }
        for index in &mut collection.indexes {
            *index = self.carried(index, Language::Sql);
        }
        collection.view_query =
            collection.view_query.take().map(|text| self.carried(&text, Language::Sql));
        let Some(auth) = &mut collection.auth else { return };
        auth.mfa.rule = self.carried(&auth.mfa.rule, Language::Rule);
        for name in &mut auth.password_auth.identity_fields {
            renamed(&self.fields, name);
        }
        let mapped = &mut auth.oauth2.mapped_fields;
        for name in [&mut mapped.id, &mut mapped.name, &mut mapped.username, &mut mapped.avatar_url]
        {
            renamed(&self.fields, name);
        }
    }

    /// A text with the new names in place of the old ones, outside of quoted texts.
    pub(super) fn carried(&self, text: &str, language: Language) -> String {
        let mut carried = String::with_capacity(text.len());
        let mut word = String::new();
        let mut quote = None;
        for letter in text.chars() {
            if let Some(open) = quote {
                carried.push(letter);
                if letter == open {
                    quote = None;
                }
                continue;
            }
            if letter.is_alphanumeric() || letter == '_' {
                word.push(letter);
                continue;
            }
            self.put(&mut carried, &std::mem::take(&mut word));
            carried.push(letter);
            if letter == '\'' || (letter == '"' && language == Language::Rule) {
                quote = Some(letter);
            }
        }
        self.put(&mut carried, &word);
        carried
    }

    fn put(&self, carried: &mut String, word: &str) {
        let new = |word: &str| {
            let found = self.collections.get(word).or_else(|| self.fields.get(word));
            found.map_or_else(|| word.to_owned(), Clone::clone)
        };
        // A path back is made of two names.
        match word.split_once("_via_") {
            Some((collection, field)) => {
                carried.push_str(&format!("{}_via_{}", new(collection), new(field)));
            }
            None => carried.push_str(&new(word)),
        }
    }
}

fn new_name(
    old: &str,
    longest: usize,
    fits: impl Fn(&str) -> bool,
    taken: &mut HashSet<String>,
) -> String {
    let plain = |letter: char| if letter.is_ascii_alphanumeric() { letter } else { '_' };
    let mut name: String = old.chars().map(plain).collect();
    name = name.replace("_via_", "_by_");
    if !name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
        name.insert(0, '_');
    }
    if name.len() > longest {
        let mark = hex::encode(Sha256::digest(old.as_bytes()));
        name.truncate(longest.saturating_sub(CUT_LETTERS + 1));
        name = format!("{name}_{}", mark.get(..CUT_LETTERS).unwrap_or_default());
    }
    if !fits(&name) {
        name = format!("{name}_imported");
    }
    let first = name.clone();
    let mut number = 2;
    while !taken.insert(name.to_lowercase()) {
        name = format!("{first}_{number}");
        number += 1;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names {
        let map = |pairs: &[(&str, &str)]| {
            pairs.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect()
        };
        Names { collections: map(&[("1st", "_1st")]), fields: map(&[("2nd", "_2nd")]) }
    }

    #[test]
    fn words_are_carried_and_texts_are_not() {
        let rule = "@collection.1st.2nd = '1st' && 1st_via_2nd.id ?= \"2nd\" && a1st = 1";
        let expected = "@collection._1st._2nd = '1st' && _1st_via__2nd.id ?= \"2nd\" && a1st = 1";
        assert_eq!(names().carried(rule, Language::Rule), expected);
        let query = "select id, \"2nd\" as x, [2nd], '2nd' from `1st`";
        let expected = "select id, \"_2nd\" as x, [_2nd], '2nd' from `_1st`";
        assert_eq!(names().carried(query, Language::Sql), expected);
    }

    #[test]
    fn new_names_fit_and_are_free() {
        let mut taken = HashSet::from(["_1st".to_owned()]);
        let fits = is_name_of_collection;
        assert_eq!(new_name("1st", 63, fits, &mut taken), "_1st_2");
        assert_eq!(new_name("_changes", 63, fits, &mut taken), "_changes_imported");
        let long = new_name(&"x".repeat(100), 63, fits, &mut taken);
        let other = new_name(&"x".repeat(101), 63, fits, &mut taken);
        assert!(long.len() == 63 && other.len() == 63 && long != other, "{long} {other}");
    }
}
