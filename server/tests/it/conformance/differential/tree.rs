//! Filters as trees: what is drawn, written out, and made smaller.

use std::{collections::BTreeSet, fmt};

/// What wanted differences go by: the features of an operand.
pub(super) type Tags = BTreeSet<&'static str>;

/// A filter.
#[derive(Clone)]
pub(super) enum Tree {
    /// Parts with what stands between them.
    Join { joint: String, parts: Vec<Tree> },
    /// A comparison.
    Compare(Comparison),
    /// A group in an operand's place, with what stands before it.
    Swallowed { before: String, inside: Box<Tree> },
}

/// A comparison.
#[derive(Clone)]
pub(super) struct Comparison {
    pub(super) left: Operand,
    pub(super) sign: String,
    pub(super) right: Operand,
}

/// An operand as it is written.
#[derive(Clone)]
pub(super) struct Operand {
    pub(super) text: String,
    pub(super) tags: Tags,
}

impl Operand {
    pub(super) fn new(
        text: impl Into<String>,
        tags: impl IntoIterator<Item = &'static str>,
    ) -> Self {
        Self { text: text.into(), tags: tags.into_iter().collect() }
    }
}

impl Operand {
    /// Whether it is a field of the record itself.
    fn is_plain(&self) -> bool {
        self.tags.contains("own") && !self.tags.contains("related")
    }
}

impl fmt::Display for Tree {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Compare(Comparison { left, sign, right }) => {
                write!(out, "{}{sign}{}", left.text, right.text)
            }
            Self::Swallowed { before, inside } => write!(out, "{before}({inside})"),
            Self::Join { joint, parts } => {
                for (position, part) in parts.iter().enumerate() {
                    if position > 0 {
                        out.write_str(joint)?;
                    }
                    match part {
                        Self::Join { .. } => write!(out, "({part})")?,
                        other => other.fmt(out)?,
                    }
                }
                Ok(())
            }
        }
    }
}

impl Tree {
    /// Every comparison in it.
    pub(super) fn comparisons(&self) -> Vec<&Comparison> {
        match self {
            Self::Compare(comparison) => vec![comparison],
            Self::Swallowed { inside, .. } => inside.comparisons(),
            Self::Join { parts, .. } => parts.iter().flat_map(Self::comparisons).collect(),
        }
    }

    /// The same with less in it, largest cuts first.
    pub(super) fn smaller(&self) -> Vec<Self> {
        match self {
            Self::Compare(comparison) => {
                comparison.smaller().into_iter().map(Self::Compare).collect()
            }
            Self::Swallowed { before, inside } => {
                let within = inside.smaller().into_iter();
                let within = within.map(|inside| Self::Swallowed {
                    before: before.clone(),
                    inside: Box::new(inside),
                });
                std::iter::once(inside.as_ref().clone()).chain(within).collect()
            }
            Self::Join { joint, parts } => {
                let mut smaller = parts.clone();
                let join = |parts: Vec<Self>| Self::Join { joint: joint.clone(), parts };
                if parts.len() > 2 {
                    let without = |left_out: usize| {
                        let kept = parts.iter().enumerate().filter(|(at, _)| *at != left_out);
                        join(kept.map(|(_, part)| part.clone()).collect())
                    };
                    smaller.extend((0..parts.len()).map(without));
                }
                let plain = if joint.contains('|') { " || " } else { " && " };
                if joint != plain {
                    smaller.push(Self::Join { joint: plain.to_owned(), parts: parts.clone() });
                }
                for (position, part) in parts.iter().enumerate() {
                    smaller.extend(part.smaller().into_iter().map(|part| {
                        let mut parts = parts.clone();
                        parts[position] = part;
                        join(parts)
                    }));
                }
                smaller
            }
        }
    }
}

impl Comparison {
    /// The operator, without `?`.
    pub(super) fn verb(&self) -> &str {
        self.sign.split("//").next().unwrap().trim().trim_start_matches('?')
    }

    /// Whether it is one with `?`.
    pub(super) fn is_any(&self) -> bool {
        self.sign.trim().starts_with('?')
    }

    /// The features of both operands, and of what is between them.
    pub(super) fn tags(&self) -> Tags {
        let mut tags: Tags = self.left.tags.union(&self.right.tags).copied().collect();
        let mixes = |own: &Operand, other: &Operand| own.is_plain() && self.mixes(own, other);
        if mixes(&self.left, &self.right) || mixes(&self.right, &self.left) {
            tags.insert("mixed");
        }
        tags
    }

    /// Whether a field of the record stands beside something of another type.
    fn mixes(&self, own: &Operand, other: &Operand) -> bool {
        let is =
            |operand: &Operand, tags: &[&str]| tags.iter().any(|tag| operand.tags.contains(tag));
        let numeric = [
            "number", "bool", "numeric", "truth", "json", "length", "distance", "point", "isset",
            "changed",
        ];
        let is_lower = is(own, &["lower"]) || is(other, &["lower"]);
        if is(own, &["number", "bool"]) {
            return self.verb().contains('~') || is_lower || !is(other, &numeric);
        }
        // A parameter may be called like a number field.
        !is(own, &["json"]) && (is(other, &numeric) || is(other, &["query"]))
    }

    fn smaller(&self) -> Vec<Self> {
        let mut smaller = Vec::new();
        for (text, tags) in [("''", vec!["empty"]), ("1", vec!["numeric"]), ("id", vec!["own"])] {
            let plain = Operand::new(text, tags);
            let is_plain = |operand: &Operand| operand.text.len() <= 2;
            if !is_plain(&self.right) {
                smaller.push(Self { right: plain.clone(), ..self.clone() });
            }
            if !is_plain(&self.left) {
                smaller.push(Self { left: plain, ..self.clone() });
            }
        }
        let spaced = format!(" {} ", self.sign.split("//").next().unwrap().trim());
        if spaced != self.sign {
            smaller.push(Self { sign: spaced, ..self.clone() });
        }
        smaller
    }
}
