//! Cheap questions that spare costly ones: most rows are told by them alone.

use std::collections::BTreeSet;

use sea_query::{Expr, ExprTrait};

use super::emit::{Aliases, Emitter};
use crate::{
    cell::Cell,
    check::Check,
    flavour::Comparator,
    term::{Origin, Predicate, SourceId, Term, Test},
    tree::Verb,
};

impl Emitter<'_> {
    /// What must hold of the outer row wherever the predicate holds, if that is cheap to say.
    pub(super) fn necessary(
        &self,
        predicate: &Predicate,
        scope: usize,
        aliases: &Aliases,
    ) -> Option<Expr> {
        match predicate {
            Predicate::All(parts) => {
                let known = parts.iter().filter_map(|part| self.necessary(part, scope, aliases));
                known.reduce(|left, right| left.and(right))
            }
            Predicate::Any(parts) => {
                let known = parts.iter().map(|part| self.necessary(part, scope, aliases));
                let known: Option<Vec<Expr>> = known.collect();
                known?.into_iter().reduce(|left, right| left.or(right))
            }
            Predicate::Compare(test) if self.rows_of_test(test, scope).is_empty() => {
                Some(self.predicate(predicate, scope, aliases))
            }
            Predicate::Compare(test) if test.operator.verb == Verb::Equal => {
                self.may_be_item(test, scope, aliases)
            }
            _ => None,
        }
    }

    /// Whether asking "no row is against it" says all: the comparison is never NULL, so that every
    /// row, and there is at least one, stands for it or against it.
    pub(super) fn is_told_by_none_against(&self, test: &Test, rows: &BTreeSet<SourceId>) -> bool {
        let is_total = match test.check() {
            Check::Empty(_) | Check::NotEmpty(_) | Check::Is(..) | Check::IsNot(..) => true,
            Check::Plain(_, comparator, _) | Check::Coalesced(_, comparator, _) => {
                matches!(comparator, Comparator::Same | Comparator::NotSame)
            }
            Check::Like { .. } | Check::Never => false,
        };
        // Elsewhere some row and every row are asked different things.
        let is_plain = [&test.left, &test.right]
            .into_iter()
            .all(|term| !term.keeps_null() && !matches!(term, Term::NoItem(_) | Term::Distance(_)));
        is_total
            && is_plain
            && !test.operator.any
            && self.reaches(rows.iter().copied()).next().is_none()
    }

    /// True only where no item is the value that all items must differ from.
    pub(super) fn has_surely_none(
        &self,
        test: &Test,
        scope: usize,
        aliases: &Aliases,
    ) -> Option<Expr> {
        let differs = test.operator.verb == Verb::NotEqual;
        let may_be = differs.then(|| self.may_be_item(test, scope, aliases)).flatten();
        may_be.map(|may_be| may_be.not())
    }

    fn may_be_item(&self, test: &Test, scope: usize, aliases: &Aliases) -> Option<Expr> {
        let (term, value) = match (test.left.literal(), test.right.literal()) {
            (None, Some(Cell::Text(value))) => (&test.left, value),
            (Some(Cell::Text(value)), None) => (&test.right, value),
            _ => return None,
        };
        // The empty text stands for no item as well.
        if value.is_empty() {
            return None;
        }
        let items = match term {
            Term::Item(items) => *items,
            Term::Column { source, field, .. } if field == "id" => {
                match self.source(*source)?.origin {
                    Origin::Listed { items } => items,
                    _ => return None,
                }
            }
            _ => return None,
        };
        match &self.source(items)?.origin {
            Origin::Items { parent, field } if self.source(*parent)?.scope != scope => {
                self.flavour.may_contain(aliases.column(*parent, field), value)
            }
            _ => None,
        }
    }
}
