//! The answer in memory: the same as SQL's, for a record at hand.
//!
//! Whatever hangs on other rows, or on a function of the database, is left to SQL.

use std::cmp::Ordering;

use underpin_model::{Json, Record, Value};

use crate::{
    cell::{Affinity, Cell, stored_cell},
    check::{Check, Pattern},
    flavour::{Comparator, JsonStep},
    like::LikeMatcher,
    resolve::Resolver,
    resolve_error::ResolveError,
    scope::{Condition, Scope},
    term::{Predicate, RECORD, Term, Test},
    tree::Filter,
};

/// Whether a record meets a filter or a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// Only the database can tell: ask with [`exists`](crate::exists).
    NeedsDatabase,
}

/// Whether a record meets a condition and a filter, which may each be given or not.
pub fn matches(
    scope: &Scope<'_>,
    condition: &Condition,
    filter: Option<&Filter>,
    record: &Record,
) -> Result<Verdict, ResolveError> {
    let mut resolver = Resolver::new(scope);
    let mut asked = vec![resolver.condition(condition)?];
    if let Some(filter) = filter {
        asked.push(resolver.filter(filter, RECORD, scope.trust)?);
    }
    // What a client's path may reach is a condition on other rows.
    if resolver.sources.iter().any(|source| source.reach.is_some()) {
        asked.push(Predicate::Missing(resolver.sources.len()));
    }
    Ok(match truth(&Predicate::All(asked), record) {
        Truth::True => Verdict::Yes,
        Truth::False | Truth::Null => Verdict::No,
        Truth::Unknown => Verdict::NeedsDatabase,
    })
}

/// SQL's three truth values, and that we do not know which.
#[derive(Clone, Copy, PartialEq)]
enum Truth {
    True,
    False,
    Null,
    Unknown,
}

impl From<bool> for Truth {
    fn from(holds: bool) -> Self {
        if holds { Self::True } else { Self::False }
    }
}

impl Truth {
    fn not(self) -> Self {
        match self {
            Self::True => Self::False,
            Self::False => Self::True,
            other => other,
        }
    }

    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::False, _) | (_, Self::False) => Self::False,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            (Self::Null, _) | (_, Self::Null) => Self::Null,
            _ => Self::True,
        }
    }
}

fn truth(predicate: &Predicate, record: &Record) -> Truth {
    let all = |parts: &[Predicate]| {
        parts.iter().fold(Truth::True, |sum, part| sum.and(truth(part, record)))
    };
    match predicate {
        Predicate::Always => Truth::True,
        Predicate::Never => Truth::False,
        Predicate::All(parts) => all(parts),
        Predicate::Any(parts) => {
            let none =
                parts.iter().fold(Truth::True, |sum, part| sum.and(truth(part, record).not()));
            none.not()
        }
        Predicate::NotTrue(inner) => match truth(inner, record) {
            Truth::Null => Truth::True,
            other => other.not(),
        },
        Predicate::Scoped(_, inner) => truth(inner, record),
        Predicate::EmailVisible(RECORD) => Truth::from(record.flag("emailVisibility")),
        Predicate::Missing(_) | Predicate::Reached(_) | Predicate::EmailVisible(_) => {
            Truth::Unknown
        }
        Predicate::Compare(test) => check(test, record).unwrap_or(Truth::Unknown),
    }
}

/// Nothing when a term needs the database.
fn check(test: &Test, record: &Record) -> Option<Truth> {
    let truth = match test.check() {
        Check::Never => Truth::False,
        Check::Empty(term) => Truth::from(cell(term, record)?.is_empty()),
        Check::NotEmpty(term) => Truth::from(!cell(term, record)?.is_empty()),
        Check::Plain(left, comparator, right) => compare(
            (&cell(left, record)?, left.affinity()),
            comparator,
            (&cell(right, record)?, right.affinity()),
        ),
        Check::Coalesced(left, comparator, right) => {
            let or_empty = |term| {
                Some(match cell(term, record)? {
                    Cell::Null => Cell::Text(String::new()),
                    other => other,
                })
            };
            let (left, right) = (or_empty(left)?, or_empty(right)?);
            compare((&left, Affinity::None), comparator, (&right, Affinity::None))
        }
        Check::IsNot(term, truth) => Truth::from(cell(term, record)?.truth() != Some(truth)),
        Check::Is(term, truth) => Truth::from(cell(term, record)?.truth() == Some(truth)),
        Check::Like { value, pattern, negated } => {
            let pattern = match pattern {
                Pattern::Known(cell) => cell.to_text(),
                Pattern::Around(term) => {
                    cell(term, record)?.to_text().map(|text| format!("%{text}%"))
                }
            };
            let found = match (cell(value, record)?.to_text(), pattern) {
                (Some(text), Some(pattern)) => {
                    Truth::from(LikeMatcher::new(&pattern).matches(text.as_bytes()))
                }
                _ => Truth::Null,
            };
            if negated { found.not() } else { found }
        }
    };
    Some(truth)
}

fn compare(left: (&Cell, Affinity), comparator: Comparator, right: (&Cell, Affinity)) -> Truth {
    let both_null = *left.0 == Cell::Null && *right.0 == Cell::Null;
    let order = left.0.compare(left.1, right.0, right.1);
    let same = both_null || order == Some(Ordering::Equal);
    let when = |fits: fn(Ordering) -> bool| order.map_or(Truth::Null, |order| fits(order).into());
    match comparator {
        Comparator::Same => Truth::from(same),
        Comparator::NotSame => Truth::from(!same),
        Comparator::Equal => when(Ordering::is_eq),
        Comparator::Less => when(Ordering::is_lt),
        Comparator::LessOrEqual => when(Ordering::is_le),
        Comparator::Greater => when(Ordering::is_gt),
        Comparator::GreaterOrEqual => when(Ordering::is_ge),
    }
}

fn cell(term: &Term, record: &Record) -> Option<Cell> {
    Some(match term {
        Term::Literal(cell)
        | Term::Flag(cell)
        | Term::Isset(cell)
        | Term::Stored { cell, .. }
        | Term::Value(cell)
        | Term::Inside(cell) => cell.clone(),
        Term::Column { source: RECORD, field, .. } => Cell::from_value(record.get(field)?),
        Term::Json { source: RECORD, field, path } => match (record.get(field)?, path.as_slice()) {
            (value, []) => Cell::from_value(value),
            (Value::Json(document), path) => inside(document, path),
            (value, path) => inside(&value.to_json(), path),
        },
        Term::ListLength { source: RECORD, field } => {
            let items = record.get(field)?.as_texts().len();
            Cell::Integer(i64::try_from(items).unwrap_or(i64::MAX))
        }
        Term::SingleLength { source: RECORD, field } => Cell::flag(!record.text(field).is_empty()),
        Term::Bare(inner) => cell(inner, record)?,
        Term::Lower(inner) => cell(inner, record)?.lower(),
        Term::Differs { column, from } => {
            let Term::Column { source: RECORD, field, .. } = column.as_ref() else { return None };
            let stored = stored_cell(record.get(field)?);
            let differs =
                compare((&stored, column.affinity()), Comparator::NotSame, (from, Affinity::None));
            Cell::flag(differs == Truth::True)
        }
        Term::Masked { value, source: RECORD } if record.flag("emailVisibility") => {
            cell(value, record)?
        }
        Term::Masked { source: RECORD, .. } => Cell::Null,
        _ => return None,
    })
}

fn inside(document: &Json, path: &[JsonStep]) -> Cell {
    let found = path.iter().try_fold(document, |part, step| match step {
        JsonStep::Key(key) => part.as_object()?.get(key),
        JsonStep::Index(index) => part.as_array()?.get(usize::try_from(*index).ok()?),
    });
    found.map_or(Cell::Null, Cell::from_json)
}
