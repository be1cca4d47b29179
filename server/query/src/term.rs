//! A filter resolved against the schema: what both answers, in SQL and in memory, are made from.

use std::sync::Arc;

use underpin_model::{Collection, field::ColumnShape};

use crate::{
    cell::{Affinity, Cell},
    flavour::{JsonStep, Kind},
    tree::Operator,
};

/// Which source a term reads from: an index into the resolver's sources.
pub(crate) type SourceId = usize;

/// The record itself.
pub(crate) const RECORD: SourceId = 0;

/// Sources that yield at most one row belong to the statement as a whole.
pub(crate) const STATEMENT: usize = 0;

/// Rows that are joined to the record's.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Whose rows these are; items of a list belong to no collection.
    pub(crate) collection: Option<Arc<Collection>>,
    pub(crate) origin: Origin,
    /// [`STATEMENT`], or the filter whose "some row, and no row against it" ranges over the rows.
    pub(crate) scope: usize,
    /// What a client must be allowed to see of them: true where the row is missing or listable.
    pub(crate) reach: Option<Predicate>,
}

/// Where the rows come from.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Origin {
    /// The record itself.
    Record,
    /// The row that a single relation names.
    Related { parent: SourceId, field: String },
    /// The row with an id that is known beforehand: the caller, a relation in the body.
    Known(String),
    /// The items of a list column.
    Items { parent: SourceId, field: String },
    /// The items of a list that is known beforehand.
    KnownItems(Vec<String>),
    /// The rows that items name.
    Listed { items: SourceId },
    /// The rows whose relation names the parent.
    Back { parent: SourceId, field: String, list: bool },
    /// All rows of a collection; an alias tells independent ones apart.
    Every { alias: Option<String> },
}

impl Source {
    /// The source that this one hangs on.
    pub(crate) fn parent(&self) -> Option<SourceId> {
        match &self.origin {
            Origin::Related { parent, .. }
            | Origin::Items { parent, .. }
            | Origin::Back { parent, .. } => Some(*parent),
            Origin::Listed { items } => Some(*items),
            Origin::Record | Origin::Known(_) | Origin::KnownItems(_) | Origin::Every { .. } => {
                None
            }
        }
    }
}

/// What must hold of a row.
#[derive(Clone, Debug)]
pub(crate) enum Predicate {
    All(Vec<Predicate>),
    Any(Vec<Predicate>),
    /// True where the inner one is false or NULL.
    NotTrue(Box<Predicate>),
    Compare(Box<Test>),
    /// The source has no row here.
    Missing(SourceId),
    /// The rows of these sources are such that the client may list them; nothing else is asked.
    Reached(Vec<SourceId>),
    /// A filter of its own: its many-rowed sources carry this number.
    Scoped(usize, Box<Predicate>),
    /// An auth record's address may be seen here.
    EmailVisible(SourceId),
    Always,
    Never,
}

/// A resolved comparison.
#[derive(Clone, Debug)]
pub(crate) struct Test {
    pub(crate) left: Term,
    pub(crate) operator: Operator,
    pub(crate) right: Term,
}

/// A resolved operand.
#[derive(Clone, Debug)]
pub(crate) enum Term {
    /// Known beforehand: a literal or something of the request.
    Literal(Cell),
    /// A truth value of the request: compared as 1 or 0, looked for as a word.
    Flag(Cell),
    /// Whether the request has something: 1 or 0, and on the right of `!=` a question about truth.
    Isset(Cell),
    /// Known beforehand, from a record: compared as its column would be.
    Stored {
        cell: Cell,
        shape: ColumnShape,
    },
    /// Known beforehand but computed: compared without affinity, as a column would be.
    Value(Cell),
    /// Known beforehand, from inside a document: compared as such.
    Inside(Cell),
    /// A column as it is.
    Column {
        source: SourceId,
        field: String,
        shape: ColumnShape,
    },
    /// Something inside a JSON column; all of it when the path is empty.
    Json {
        source: SourceId,
        field: String,
        path: Vec<JsonStep>,
    },
    /// The number of items of a list column.
    ListLength {
        source: SourceId,
        field: String,
    },
    /// 1 for a set single value, else 0.
    SingleLength {
        source: SourceId,
        field: String,
    },
    /// An item of a list.
    Item(SourceId),
    /// The item of a submitted list that has none.
    NoItem(SourceId),
    Lower(Box<Term>),
    /// The value without what its column does to values it is compared with.
    Bare(Box<Term>),
    /// Whether a column holds something else.
    Differs {
        column: Box<Term>,
        from: Cell,
    },
    /// The value where the address of that auth record may be seen, else NULL.
    Masked {
        value: Box<Term>,
        source: SourceId,
    },
    Distance(Box<[Term; 4]>),
    Strftime(Vec<Term>),
}

impl Term {
    /// What the term does to a value it is compared with.
    pub(crate) fn affinity(&self) -> Affinity {
        match self {
            Self::Column { shape: ColumnShape::Text, .. } => Affinity::Text,
            Self::Stored { shape: ColumnShape::Number, .. } | Self::Column { .. } => {
                Affinity::Numeric
            }
            _ => Affinity::None,
        }
    }

    /// What is known of the term's value before it is read.
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Literal(cell)
            | Self::Flag(cell)
            | Self::Isset(cell)
            | Self::Stored { cell, .. }
            | Self::Value(cell)
            | Self::Inside(cell) => Kind::Known(cell.clone()),
            Self::Column { shape, .. } => match shape {
                ColumnShape::Text => Kind::Text,
                ColumnShape::Number => Kind::Number,
                ColumnShape::Bool => Kind::Bool,
                ColumnShape::List => Kind::List,
                ColumnShape::Point => Kind::Point,
                ColumnShape::Json => Kind::Document,
            },
            Self::Json { .. } => Kind::Scalar,
            Self::ListLength { .. } | Self::SingleLength { .. } | Self::Differs { .. } => {
                Kind::Integer
            }
            Self::Item(_) | Self::NoItem(_) | Self::Lower(_) | Self::Strftime(_) => Kind::Text,
            Self::Bare(inner) | Self::Masked { value: inner, .. } => inner.kind(),
            Self::Distance(_) => Kind::Real,
        }
    }

    /// The value, when it is known beforehand and compared like a literal.
    pub(crate) fn literal(&self) -> Option<&Cell> {
        match self {
            Self::Literal(cell)
            | Self::Flag(cell)
            | Self::Isset(cell)
            | Self::Stored { cell, .. } => Some(cell),
            _ => None,
        }
    }

    /// Whether NULL and '' stay apart in comparisons with it.
    pub(crate) fn keeps_null(&self) -> bool {
        match self {
            Self::Json { .. } | Self::Inside(_) | Self::Distance(_) => true,
            Self::Lower(inner) | Self::Bare(inner) => inner.keeps_null(),
            Self::Masked { value, .. } => value.keeps_null(),
            _ => false,
        }
    }

    /// Every source that the term reads from.
    pub(crate) fn sources(&self, into: &mut Vec<SourceId>) {
        match self {
            Self::Literal(_)
            | Self::Flag(_)
            | Self::Isset(_)
            | Self::Stored { .. }
            | Self::Value(_)
            | Self::Inside(_) => {}
            Self::Column { source, .. }
            | Self::Json { source, .. }
            | Self::ListLength { source, .. }
            | Self::SingleLength { source, .. }
            | Self::Item(source)
            | Self::NoItem(source) => into.push(*source),
            Self::Lower(inner) | Self::Bare(inner) | Self::Differs { column: inner, .. } => {
                inner.sources(into);
            }
            Self::Masked { value, source } => {
                into.push(*source);
                value.sources(into);
            }
            Self::Distance(parts) => parts.iter().for_each(|part| part.sources(into)),
            Self::Strftime(parts) => parts.iter().for_each(|part| part.sources(into)),
        }
    }
}

impl Predicate {
    /// Every source that the predicate reads from.
    pub(crate) fn sources(&self, into: &mut Vec<SourceId>) {
        match self {
            Self::All(parts) | Self::Any(parts) => {
                parts.iter().for_each(|part| part.sources(into));
            }
            Self::NotTrue(inner) | Self::Scoped(_, inner) => inner.sources(into),
            Self::Compare(test) => {
                test.left.sources(into);
                test.right.sources(into);
            }
            Self::Missing(source) | Self::EmailVisible(source) => into.push(*source),
            Self::Reached(sources) => into.extend(sources),
            Self::Always | Self::Never => {}
        }
    }
}
