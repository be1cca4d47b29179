//! The `fields` parameter: which parts of a record are sent.

mod excerpt;
mod html_text;

use std::collections::BTreeMap;

use underpin_model::{Json, JsonMap};

use self::excerpt::Excerpt;
use crate::syntax_error::{SyntaxError, SyntaxProblem};

/// Most names in one `fields`.
const MAX_PICKS: usize = 500;
/// Deepest path in `fields`.
const MAX_DEPTH: usize = 32;

/// Which parts of a JSON object are kept.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pick {
    named: BTreeMap<String, Part>,
    /// What happens to the parts not named; without it they are dropped.
    others: Option<Leaf>,
}

/// What is kept of a part.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Whole(Leaf),
    Inside(Pick),
}

/// A part kept whole, its text cut or not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Leaf {
    excerpt: Option<Excerpt>,
}

/// Parses `id,expand.author.name,text:excerpt(200,true)`; an empty text keeps everything, and is
/// no pick.
pub fn parse_pick(text: &str) -> Result<Option<Pick>, SyntaxError> {
    let mut pick = Pick::default();
    let mut picks = 0;
    for (column, part) in split(text) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        picks += 1;
        if picks > MAX_PICKS {
            return Err(SyntaxError::new(column, SyntaxProblem::TooMuch("fields")));
        }
        let (path, modifier) = match part.split_once(':') {
            Some((path, modifier)) => (path.trim(), Some(modifier)),
            None => (part, None),
        };
        let excerpt = match modifier.map(Excerpt::parse) {
            None => None,
            Some(Some(excerpt)) => Some(excerpt),
            Some(None) => {
                return Err(SyntaxError::new(column, SyntaxProblem::Unknown("modifier")));
            }
        };
        let words: Vec<&str> = path.split('.').collect();
        if words.len() > MAX_DEPTH {
            return Err(SyntaxError::new(column, SyntaxProblem::TooMuch("words in one field")));
        }
        pick.add(&words, Leaf { excerpt });
    }
    Ok((picks > 0).then_some(pick))
}

impl Pick {
    fn add(&mut self, words: &[&str], leaf: Leaf) {
        match words {
            [] => {}
            ["*"] => self.others = Some(leaf),
            [word] => {
                self.named.insert((*word).to_owned(), Part::Whole(leaf));
            }
            [word, rest @ ..] => {
                let inside = || Part::Inside(Self::default());
                let part = self.named.entry((*word).to_owned()).or_insert_with(inside);
                if let Part::Inside(pick) = part {
                    pick.add(rest, leaf);
                }
            }
        }
    }

    /// Drops what was not picked, of an object or of each object of an array.
    pub fn apply(&self, json: &mut Json) {
        match json {
            Json::Array(items) => items.iter_mut().for_each(|item| self.apply(item)),
            Json::Object(map) => self.apply_to(map),
            _ => {}
        }
    }

    /// Drops what was not picked of an object.
    pub fn apply_to(&self, map: &mut JsonMap) {
        map.retain(|key, value| {
            match (self.named.get(key), self.others) {
                (Some(Part::Inside(pick)), _) => pick.apply(value),
                (Some(Part::Whole(leaf)), _) => leaf.apply(value),
                (None, Some(leaf)) => leaf.apply(value),
                (None, None) => return false,
            }
            true
        });
    }
}

impl Leaf {
    fn apply(self, value: &mut Json) {
        if let (Some(excerpt), Json::String(text)) = (self.excerpt, value) {
            *text = excerpt.of(text);
        }
    }
}

/// Splits at commas outside parentheses, with the column where each part starts.
fn split(text: &str) -> Vec<(usize, String)> {
    let mut parts = vec![(1, String::new())];
    let mut open = false;
    for (position, character) in text.chars().enumerate() {
        match character {
            '(' => open = true,
            ')' => open = false,
            ',' if !open => {
                parts.push((position + 2, String::new()));
                continue;
            }
            _ => {}
        }
        if let Some((_, part)) = parts.last_mut() {
            part.push(character);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn picked(fields: &str) -> Json {
        let mut record = json!({
            "id": "r1", "title": "<p>hello <b>big</b>&amp; wide   world</p>\n<script>x</script>",
            "place": {"lon": 1, "lat": 2}, "list": [1, {"k": 1, "l": 2}],
            "expand": {"owner": {"id": "u1", "name": "Ann"}},
        });
        if let Some(pick) = parse_pick(fields).unwrap() {
            pick.apply(&mut record);
        }
        record
    }

    #[test]
    fn only_named_parts_stay() {
        assert_eq!(picked("id, zz"), json!({"id": "r1"}));
        assert_eq!(picked("place.lon,id.x"), json!({"id": "r1", "place": {"lon": 1}}));
        assert_eq!(picked("list.k"), json!({"list": [1, {"k": 1}]}));
        assert_eq!(picked("expand.owner.name"), json!({"expand": {"owner": {"name": "Ann"}}}));
    }

    #[test]
    fn whole_parts_win_over_their_own_and_names_over_the_star() {
        let whole = json!({"place": {"lon": 1, "lat": 2}});
        assert_eq!(picked("place.lon,place"), whole);
        assert_eq!(picked("place,place.lon"), whole);
        assert_eq!(picked("*,expand.owner.name")["expand"], json!({"owner": {"name": "Ann"}}));
        assert_eq!(picked("*,title:excerpt(3)")["title"], "hel");
        assert_eq!(picked("*,title:excerpt(3)")["id"], "r1");
    }

    #[test]
    fn excerpts_are_plain_text() {
        assert_eq!(picked("title:excerpt(100)")["title"], "hello big& wide world");
        assert_eq!(picked("title:excerpt( 8 , true )")["title"], "hello bi...");
        assert_eq!(picked("title:excerpt(14,false)")["title"], "hello big& wid");
    }

    #[test]
    fn broken_modifiers_are_refused_where_they_stand() {
        for modifier in ["foo", "excerpt", "excerpt()", "excerpt(a)", "excerpt(0)", "excerpt(-1)"] {
            let error = parse_pick(&format!("id,title:{modifier}")).unwrap_err();
            assert_eq!(error.column, 4, "{modifier}");
        }
        assert!(parse_pick("title:excerpt(5,true,1)").is_err());
        assert_eq!(parse_pick(" , ").unwrap(), None);
    }
}
