//! Smaller cases, for the smallest that shows a difference.

use super::case::{Act, Case, Text};

impl Case {
    /// The case with less in it, largest cuts first.
    pub(super) fn smaller(&self) -> Vec<Self> {
        let mut smaller = Vec::new();
        let mut add = |change: &dyn Fn(&mut Self)| {
            let mut case = self.clone();
            change(&mut case);
            smaller.push(case);
        };
        if self.filter.is_some() {
            add(&|case| case.filter = None);
        }
        for at in 0..self.query.len() {
            add(&|case| drop(case.query.remove(at)));
        }
        for at in 0..self.sort.len() {
            add(&|case| drop(case.sort.remove(at)));
        }
        for at in 0..self.expand.len() {
            add(&|case| drop(case.expand.remove(at)));
        }
        for at in 0..self.fields.len() {
            add(&|case| drop(case.fields.remove(at)));
        }
        for at in 0..self.headers.len() {
            add(&|case| {
                case.headers.remove(at);
            });
        }
        if let Act::Create(body) | Act::Update(_, body) = &self.act {
            let names = body.as_object().into_iter().flat_map(|body| body.keys());
            for name in names.filter(|name| *name != "id") {
                add(&|case| {
                    if let Act::Create(body) | Act::Update(_, body) = &mut case.act {
                        body.as_object_mut().unwrap().remove(name);
                    }
                });
            }
        }
        for filter in self.filter.iter().flat_map(Text::smaller) {
            add(&|case| case.filter = Some(filter.clone()));
        }
        if let Some((name, rule)) = &self.rule {
            for rule in rule.smaller() {
                add(&|case| case.rule = Some((name, rule.clone())));
            }
        }
        smaller
    }
}

impl Text {
    fn smaller(&self) -> Vec<Self> {
        match self {
            Self::Tree(tree) => tree.smaller().into_iter().map(Self::Tree).collect(),
            Self::Damaged(text, comparisons) => shorter(text)
                .into_iter()
                .map(|text| Self::Damaged(text, comparisons.clone()))
                .collect(),
        }
    }
}

/// The text without a piece of it: halves, quarters, …, single characters.
fn shorter(text: &str) -> Vec<String> {
    let characters: Vec<char> = text.chars().collect();
    let mut shorter = Vec::new();
    let mut length = characters.len().div_ceil(2);
    while length > 0 && !characters.is_empty() {
        for start in (0..characters.len()).step_by(length) {
            let end = (start + length).min(characters.len());
            shorter.push(characters[..start].iter().chain(&characters[end..]).collect());
        }
        length /= 2;
    }
    shorter
}
