//! The differences that we want, as classes of cases.

use std::path::Path;

use regex::Regex;
use serde::Deserialize;

use super::{
    case::{Act, Case, Key},
    example::Example,
    servers::Reply,
};

/// The table of wanted differences.
pub(super) struct Wanted(Vec<Class>);

/// A wanted difference. Everything that is given has to fit.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Class {
    difference: String,
    #[serde(rename = "reason")]
    _reason: String,
    /// A case that shows it.
    example: Example,
    /// Whether it is one of PostgreSQL alone.
    #[serde(default)]
    on_postgres: bool,
    /// Features that the operands of one comparison have between them.
    #[serde(default)]
    comparison: Vec<String>,
    /// Operators, without `?`, one of which that comparison has.
    #[serde(default)]
    signs: Vec<String>,
    /// Whether that operator is one with `?`.
    any: Option<bool>,
    /// The rule that the case is about.
    rule: Option<String>,
    /// Features that one sort key has.
    #[serde(default)]
    sort: Vec<String>,
    /// Features that one path of `expand` has.
    #[serde(default)]
    expand: Vec<String>,
    /// Features that the right operand of that comparison has.
    #[serde(default)]
    right: Vec<String>,
    /// Pieces of text that filter and rule have.
    #[serde(default)]
    text: Vec<String>,
    /// What one of them has, as a regular expression.
    pattern: Option<String>,
    /// A parameter that is given, and a piece of its value.
    parameter: Option<(String, String)>,
    /// Our statuses; without them, any that answers the question.
    #[serde(default)]
    ours: Vec<u16>,
    /// The reference's, in the same way.
    #[serde(default)]
    reference: Vec<u16>,
}

impl Wanted {
    /// Reads the table.
    pub(super) fn read(data: &Path) -> Self {
        let text = std::fs::read_to_string(data.join("differential.json")).unwrap();
        let mut classes: Vec<Class> = serde_json::from_str(&text).unwrap();
        classes.retain(|class| underpin_testkit::is_on_postgres() || !class.on_postgres);
        Self(classes)
    }

    /// The first class that a differing case belongs to.
    pub(super) fn class_of(&self, case: &Case, replies: &[Reply; 2]) -> Option<usize> {
        self.0.iter().position(|class| class.has(case, replies))
    }

    /// What each class is called, and its example.
    pub(super) fn examples(&self) -> impl Iterator<Item = (&str, Case)> {
        self.0.iter().map(|class| (class.difference.as_str(), class.example.case()))
    }

    /// What each class is called.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|class| class.difference.as_str())
    }
}

impl Class {
    fn has(&self, case: &Case, [ours, theirs]: &[Reply; 2]) -> bool {
        let texts = || {
            let texts = case.filter.iter().chain(case.rule.iter().map(|(_, rule)| rule));
            texts.map(ToString::to_string)
        };
        let compares = || {
            case.comparisons().into_iter().any(|comparison| {
                let (tags, right) = (comparison.tags(), &comparison.right.tags);
                self.comparison.iter().all(|tag| tags.contains(&**tag))
                    && self.right.iter().all(|tag| right.contains(&**tag))
                    && self.any.is_none_or(|any| any == comparison.is_any())
                    && (self.signs.is_empty()
                        || self.signs.iter().any(|one| one == comparison.verb()))
            })
        };
        let one_has = |keys: &[Key], tags: &[String]| {
            tags.is_empty()
                || keys.iter().any(|key| tags.iter().all(|tag| key.tags.contains(&&**tag)))
        };
        let gives = |(name, piece): &(String, String)| {
            case.parameters().iter().any(|(given, value)| given == name && value.contains(piece))
        };
        let is = |status: u16, wanted: &[u16]| {
            let answers = [200, 204, 404].contains(&status)
                || (status == 400 && matches!(case.act, Act::Create(_)));
            if wanted.is_empty() { answers } else { wanted.contains(&status) }
        };
        is(ours.status, &self.ours)
            && is(theirs.status, &self.reference)
            && ([&self.comparison, &self.signs, &self.right].iter().all(|tags| tags.is_empty())
                || compares())
            && self
                .rule
                .as_ref()
                .is_none_or(|rule| case.rule.as_ref().is_some_and(|(name, _)| name == rule))
            && one_has(&case.sort, &self.sort)
            && one_has(&case.expand, &self.expand)
            && self.text.iter().all(|piece| texts().any(|text| text.contains(piece)))
            && self.pattern.as_ref().is_none_or(|pattern| {
                let pattern = Regex::new(pattern).unwrap();
                texts().any(|text| pattern.is_match(&text))
            })
            && self.parameter.as_ref().is_none_or(gives)
    }
}
