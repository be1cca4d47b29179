//! The tree of a filter. `Display` (see `print`) writes it back as text.

use crate::macros::Macro;

/// A parsed filter or rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    pub(crate) root: Expression,
}

impl Filter {
    /// The outermost expression.
    pub fn root(&self) -> &Expression {
        &self.root
    }

    /// Every name in the filter, those inside function calls too.
    pub fn names(&self) -> Vec<&Name> {
        let mut names = Vec::new();
        self.root.collect_names(&mut names);
        names
    }
}

/// Comparisons joined by AND and OR.
#[derive(Clone, Debug, PartialEq)]
pub enum Expression {
    /// All of these; at least two.
    All(Vec<Expression>),
    /// One of these; at least two.
    Any(Vec<Expression>),
    /// One comparison.
    Compare(Box<Comparison>),
}

/// Two operands and what must hold between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The left operand.
    pub left: Operand,
    /// What must hold.
    pub operator: Operator,
    /// The right operand.
    pub right: Operand,
}

/// What must hold between two operands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operator {
    /// The relation.
    pub verb: Verb,
    /// Whether one of many values is enough (the forms with `?`).
    pub any: bool,
}

/// The relation between two values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Verb {
    Equal,
    NotEqual,
    Like,
    NotLike,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// What stands left or right of an operator, or in a call.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Operand {
    Text(String),
    Number(f64),
    Bool(bool),
    Null,
    Macro(Macro),
    Name(Name),
    Call(Call),
}

/// A function with its arguments.
#[derive(Clone, Debug, PartialEq)]
pub struct Call {
    /// The function's name.
    pub function: String,
    /// The arguments; never calls.
    pub arguments: Vec<Operand>,
}

/// A dotted name.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Name {
    /// Where the path starts.
    pub root: Root,
    /// The words; at least one.
    pub path: Vec<String>,
    /// What is asked of the value.
    pub modifier: Option<Modifier>,
}

/// Where a dotted name starts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Root {
    /// At the record itself.
    Record,
    /// At the request.
    Request,
    /// At any record of another collection.
    Collection {
        /// The collection's name.
        name: String,
        /// Tells two independent rows of one collection apart.
        alias: Option<String>,
    },
}

/// What is asked of a value instead of the value itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Modifier {
    /// Whether the request has it.
    Isset,
    /// Whether the request changes it.
    Changed,
    /// The number of values.
    Length,
    /// Each single value.
    Each,
    /// The value in lower case.
    Lower,
}

impl Modifier {
    pub(crate) const ALL: [Self; 5] =
        [Self::Isset, Self::Changed, Self::Length, Self::Each, Self::Lower];

    /// The word after the colon.
    pub fn word(self) -> &'static str {
        match self {
            Self::Isset => "isset",
            Self::Changed => "changed",
            Self::Length => "length",
            Self::Each => "each",
            Self::Lower => "lower",
        }
    }

    pub(crate) fn by_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|modifier| modifier.word() == word)
    }
}

impl Expression {
    fn collect_names<'a>(&'a self, names: &mut Vec<&'a Name>) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.collect_names(names));
            }
            Self::Compare(comparison) => {
                comparison.left.collect_names(names);
                comparison.right.collect_names(names);
            }
        }
    }
}

impl Operand {
    fn collect_names<'a>(&'a self, names: &mut Vec<&'a Name>) {
        match self {
            Self::Name(name) => names.push(name),
            Self::Call(call) => {
                call.arguments.iter().for_each(|argument| argument.collect_names(names));
            }
            _ => {}
        }
    }
}
