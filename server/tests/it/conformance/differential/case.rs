//! A request that both servers are asked.

use std::fmt;

use reqwest::Method;
use serde_json::Value;

use super::{
    rounds::RULES,
    tree::{Comparison, Tree},
};

/// The id of records that are made to be taken away again.
pub(super) const COPY: &str = "madeforthecase0";

/// Who asks.
pub(super) const CALLERS: [&str; 4] = ["guest", "ann", "bob", "superuser"];

/// A request that both servers are asked.
#[derive(Clone)]
pub(super) struct Case {
    pub(super) who: &'static str,
    pub(super) act: Act,
    pub(super) collection: String,
    /// The rule that the collection has, by its name; the others let everybody pass.
    pub(super) rule: Option<(&'static str, Text)>,
    pub(super) filter: Option<Text>,
    pub(super) sort: Vec<Key>,
    pub(super) expand: Vec<Key>,
    /// Names of `fields`, each with what it is cut to.
    pub(super) fields: Vec<String>,
    /// Other parameters: the page and what rules look at.
    pub(super) query: Vec<(&'static str, String)>,
    pub(super) headers: Vec<(&'static str, &'static str)>,
}

/// What is done.
#[derive(Clone)]
pub(super) enum Act {
    List,
    View(String),
    Create(Value),
    Update(String, Value),
    /// Of a copy of the record.
    Delete(String),
    /// Sets the rule.
    Rule,
}

/// A filter or a rule: drawn as a tree, or a text that may be anything.
#[derive(Clone)]
pub(super) enum Text {
    Tree(Tree),
    /// What became of a tree, and the comparisons that were in it.
    Damaged(String, Vec<Comparison>),
}

/// A sort key, or a path of `expand`.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) text: String,
    pub(super) tags: Vec<&'static str>,
}

impl Case {
    /// A list without any parameter.
    pub(super) fn list(who: &'static str, collection: &str) -> Self {
        Self::of(who, collection, Act::List)
    }

    pub(super) fn of(who: &'static str, collection: &str, act: Act) -> Self {
        Self {
            who,
            act,
            collection: collection.to_owned(),
            rule: None,
            filter: None,
            sort: Vec::new(),
            expand: Vec::new(),
            fields: Vec::new(),
            query: Vec::new(),
            headers: Vec::new(),
        }
    }

    /// Whether it does no more when it comes twice.
    pub(super) fn may_come_twice(&self) -> bool {
        matches!(self.act, Act::List | Act::View(_) | Act::Rule)
    }

    pub(super) fn method(&self) -> Method {
        match self.act {
            Act::List | Act::View(_) => Method::GET,
            Act::Create(_) => Method::POST,
            Act::Update(..) | Act::Rule => Method::PATCH,
            Act::Delete(_) => Method::DELETE,
        }
    }

    pub(super) fn path(&self) -> String {
        let collection = format!("/api/collections/{}", self.collection);
        match &self.act {
            Act::Rule => collection,
            Act::List | Act::Create(_) => format!("{collection}/records"),
            Act::View(id) | Act::Update(id, _) => format!("{collection}/records/{id}"),
            Act::Delete(_) => format!("{collection}/records/{COPY}"),
        }
    }

    pub(super) fn body(&self) -> Option<Value> {
        match &self.act {
            Act::Create(body) | Act::Update(_, body) => Some(body.clone()),
            Act::Rule => Some(self.rules()),
            _ => None,
        }
    }

    /// All rules of the collection.
    pub(super) fn rules(&self) -> Value {
        let mut rules: Value = RULES.iter().map(|name| (*name, "")).collect();
        if let Some((name, rule)) = &self.rule {
            rules[name] = rule.to_string().into();
        }
        rules
    }

    /// All parameters, as they are sent.
    pub(super) fn parameters(&self) -> Vec<(&'static str, String)> {
        let mut parameters = self.query.clone();
        if let Some(filter) = &self.filter {
            parameters.push(("filter", filter.to_string()));
        }
        let list = |keys: &[Key]| {
            let texts: Vec<&str> = keys.iter().map(|key| key.text.as_str()).collect();
            texts.join(",")
        };
        for (name, parts) in [
            ("sort", list(&self.sort)),
            ("expand", list(&self.expand)),
            ("fields", self.fields.join(",")),
        ] {
            if !parts.is_empty() {
                parameters.push((name, parts));
            }
        }
        parameters
    }

    /// Whether the order of a list is the same wherever it is asked. Of many related rows the
    /// reference sorts by the one that its database comes across first; that is certain for lists
    /// alone, and only where no filter looks at them too.
    pub(super) fn is_ordered(&self) -> bool {
        let is_open = |key: &Key| {
            let many = key.tags.contains(&"many");
            let back = key.tags.contains(&"back") || self.filter.is_some();
            key.text.contains("@random") || (many && back)
        };
        let settles =
            |key: &Key| matches!(key.text.trim_start_matches(['-', '+']), "id" | "@rowid");
        let place = self.sort.iter().position(settles);
        place.is_some_and(|place| !self.sort.iter().take(place).any(is_open))
    }

    /// Every comparison of filter and rule.
    pub(super) fn comparisons(&self) -> Vec<&Comparison> {
        let texts = self.filter.iter().chain(self.rule.iter().map(|(_, rule)| rule));
        texts
            .flat_map(|text| match text {
                Text::Tree(tree) => tree.comparisons(),
                Text::Damaged(_, comparisons) => comparisons.iter().collect(),
            })
            .collect()
    }
}

impl fmt::Display for Text {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tree(tree) => tree.fmt(out),
            Self::Damaged(text, _) => out.write_str(text),
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {} {}", self.who, self.method(), self.path())?;
        for (name, value) in self.parameters() {
            write!(out, "\n    {name}={value:?}")?;
        }
        for (name, value) in &self.headers {
            write!(out, "\n    [{name}: {value}]")?;
        }
        if let Some((name, rule)) = &self.rule {
            write!(out, "\n    {name}: {:?}", rule.to_string())?;
        }
        match self.body() {
            Some(body) => write!(out, "\n    body: {body}"),
            None => Ok(()),
        }
    }
}
