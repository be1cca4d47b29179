//! The example of a wanted difference: every run asks it, so that a difference that is gone is
//! seen, however seldom chance would meet it.

use serde::Deserialize;
use serde_json::json;

use super::case::{Act, CALLERS, COPY, Case, Key, Text};

/// A case as the table gives it: a list, or with a create rule what a body without values is told.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Example {
    who: String,
    collection: String,
    filter: Option<String>,
    sort: Option<String>,
    expand: Option<String>,
    create_rule: Option<String>,
}

impl Example {
    /// The case.
    pub(super) fn case(&self) -> Case {
        let who = CALLERS.into_iter().find(|caller| **caller == *self.who).unwrap();
        let keys = |text: &Option<String>| -> Vec<Key> {
            let keys = text.iter().flat_map(|text| text.split(','));
            keys.map(|key| Key { text: key.to_owned(), tags: Vec::new() }).collect()
        };
        let text = |text: &String| Text::Damaged(text.clone(), Vec::new());
        let act = match self.create_rule {
            Some(_) => Act::Create(json!({ "id": COPY })),
            None => Act::List,
        };
        Case {
            filter: self.filter.as_ref().map(text),
            sort: keys(&self.sort),
            expand: keys(&self.expand),
            rule: self.create_rule.as_ref().map(|rule| ("createRule", text(rule))),
            ..Case::of(who, &self.collection, act)
        }
    }
}
