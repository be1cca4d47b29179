//! The `expand` parameter: which related records come along.

use std::collections::BTreeMap;

use underpin_model::limits::MAX_RELATION_HOPS;

/// Most paths in one `expand`; what is beyond them is left out.
pub const MAX_EXPAND_PATHS: usize = 100;

/// Relations to follow, each with those to follow from there. A name is a relation field or a
/// back relation such as `comments_via_post`; unknown names are for the loader to skip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expand {
    /// What to follow, by name.
    pub branches: BTreeMap<String, Expand>,
}

impl Expand {
    /// Whether there is nothing to follow.
    pub fn is_empty(&self) -> bool {
        self.branches.is_empty()
    }
}

/// Parses `author.team,comments_via_post`. Paths with an empty name in them are left out, and
/// those that are too long followed as far as can be; points at their ends don't count.
pub fn parse_expand(text: &str) -> Expand {
    let mut expand = Expand::default();
    for path in text.split(',').take(MAX_EXPAND_PATHS) {
        let names: Vec<&str> = path.trim().trim_matches('.').split('.').collect();
        if names.iter().any(|name| name.is_empty()) {
            continue;
        }
        names
            .into_iter()
            .take(MAX_RELATION_HOPS)
            .fold(&mut expand, |branch, name| branch.branches.entry(name.to_owned()).or_default());
    }
    expand
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_with_a_common_start_share_it() {
        let expand = parse_expand("author.team, author.city,tags");
        let names: Vec<_> = expand.branches.keys().map(String::as_str).collect();
        assert_eq!(names, ["author", "tags"]);
        let author: Vec<_> = expand.branches["author"].branches.keys().collect();
        assert_eq!(author, ["city", "team"]);
    }

    #[test]
    fn broken_paths_are_left_out_and_long_ones_cut() {
        assert!(parse_expand("").is_empty());
        assert!(parse_expand("a..b,.,").is_empty());
        assert_eq!(parse_expand("a.b.c.d.e.f.g"), parse_expand("a.b.c.d.e.f"));
    }

    #[test]
    fn the_number_of_paths_is_capped() {
        let text: Vec<_> = (0..1_000).map(|number| format!("a{number}")).collect();
        assert_eq!(parse_expand(&text.join(",")).branches.len(), MAX_EXPAND_PATHS);
    }
}
