//! Predicates and terms as expressions.

use std::{cell::Cell as Counter, collections::BTreeSet, rc::Rc};

use sea_query::{Alias, Expr, ExprTrait, SelectStatement};
use underpin_model::field::ColumnShape;

use crate::{
    cell::{Affinity, Cell},
    check::{Check, Pattern},
    flavour::{Comparator, Flavour, Kind, LikePattern, Operand},
    term::{Predicate, Source, SourceId, Term, Test},
};

pub(super) struct Emitter<'e> {
    pub(super) flavour: &'e dyn Flavour,
    pub(super) sources: &'e [Source],
}

/// The name of each source's table in the part of the statement being made.
#[derive(Clone)]
pub(super) struct Aliases {
    names: Vec<String>,
    made: Rc<Counter<usize>>,
}

impl Aliases {
    pub(super) fn new(sources: &[Source]) -> Self {
        let names = (0..sources.len()).map(|id| format!("r{id}")).collect();
        Self { names, made: Rc::new(Counter::new(0)) }
    }

    pub(super) fn name(&self, id: SourceId) -> &str {
        self.names.get(id).map_or("", String::as_str)
    }

    pub(super) fn column(&self, id: SourceId, field: &str) -> Expr {
        Expr::col((Alias::new(self.name(id)), Alias::new(field)))
    }

    /// A name that no other table of the statement has.
    pub(super) fn fresh(&self) -> String {
        self.made.set(self.made.get() + 1);
        format!("i{}", self.made.get())
    }

    /// The same, with independent copies of some sources.
    fn copy(&self, sources: &BTreeSet<SourceId>) -> Self {
        let mut copy = self.clone();
        for id in sources {
            if let Some(name) = copy.names.get_mut(*id) {
                *name = self.fresh();
            }
        }
        copy
    }
}

impl Emitter<'_> {
    /// The predicate as an expression; `scope` is the filter that it is part of.
    pub(super) fn predicate(&self, predicate: &Predicate, scope: usize, aliases: &Aliases) -> Expr {
        let each = |parts: &[Predicate]| -> Vec<Expr> {
            parts.iter().map(|part| self.predicate(part, scope, aliases)).collect()
        };
        match predicate {
            // What a client may list is asked of these rows where they are joined.
            Predicate::Always | Predicate::Reached(_) => Expr::Constant(true.into()),
            Predicate::Never => Expr::Constant(false.into()),
            Predicate::All(_) => {
                let mut parts = Vec::new();
                flatten(predicate, &mut parts);
                let parts = parts.into_iter();
                all(parts.map(|part| self.predicate(part, scope, aliases)).collect())
            }
            Predicate::Any(parts) => {
                let any = each(parts).into_iter().reduce(|left, right| left.or(right));
                any.unwrap_or(Expr::Constant(false.into()))
            }
            Predicate::NotTrue(inner) => {
                self.flavour.is_not_true(self.predicate(inner, scope, aliases))
            }
            Predicate::Missing(source) => aliases.column(*source, "id").is_null(),
            Predicate::EmailVisible(source) => self.email_visible(*source, aliases),
            Predicate::Compare(test) => self.test(test, scope, aliases),
            Predicate::Scoped(inner_scope, inner) => self.scoped(inner, *inner_scope, aliases),
        }
    }

    /// A filter: what ranges over many rows asks that some combination of rows meets it.
    /// Conjuncts that share no such rows are asked apart, so that plain ones can use indexes.
    fn scoped(&self, filter: &Predicate, scope: usize, aliases: &Aliases) -> Expr {
        let mut conjuncts = Vec::new();
        flatten(filter, &mut conjuncts);
        let mut groups: Vec<(BTreeSet<SourceId>, Vec<&Predicate>)> = Vec::new();
        let mut parts = Vec::new();
        for conjunct in conjuncts {
            let mut start = Vec::new();
            conjunct.sources(&mut start);
            let mut rows = self.needed(start, scope);
            if matches!(conjunct, Predicate::Reached(_)) && !self.bounds(&rows) {
                continue;
            }
            if rows.is_empty() {
                parts.push(self.predicate(conjunct, scope, aliases));
                continue;
            }
            let mut members = vec![conjunct];
            groups.retain_mut(|(other_rows, others)| {
                let apart = other_rows.is_disjoint(&rows);
                if !apart {
                    rows.append(other_rows);
                    members.append(others);
                }
                apart
            });
            groups.push((rows, members));
        }
        for (rows, members) in groups {
            if let [Predicate::Compare(test)] = members.as_slice()
                && self.is_told_by_none_against(test, &rows)
            {
                let none = Expr::exists(self.against(test, scope, aliases)).not();
                let surely = self.has_surely_none(test, scope, aliases);
                parts.push(surely.map_or(none.clone(), |surely| surely.or(none)));
                continue;
            }
            // Some combination meets one of many alternatives where some rows meet one of them:
            // asked apart, the rows of one are not multiplied by those of the others.
            if let [Predicate::Any(alternatives)] = members.as_slice()
                && !self.bounds(&rows)
            {
                let apart = alternatives.iter().map(|part| self.scoped(part, scope, aliases));
                parts.extend(apart.reduce(|left, right| left.or(right)));
                continue;
            }
            parts.extend(members.iter().filter_map(|part| self.necessary(part, scope, aliases)));
            let asked = self.reaches(rows.iter().copied()).chain(members);
            let asked = asked.map(|part| self.predicate(part, scope, aliases)).collect();
            let mut found = self.rows_of(&rows, aliases);
            found.and_where(self.joined_in_order(&rows, all(asked)));
            parts.push(Expr::exists(found));
        }
        all(parts)
    }

    /// A comparison; over many rows, no row may stand against it unless one is enough. Where
    /// both sides have many rows, that is every pair of them.
    fn test(&self, test: &Test, scope: usize, aliases: &Aliases) -> Expr {
        let holds = self.check(test, &test.check(), aliases, aliases);
        if test.operator.any || !self.asks_of_each(test, scope) {
            return holds;
        }
        holds.and(Expr::exists(self.against(test, scope, aliases)).not())
    }

    /// The rows, or pairs of rows, that stand against a comparison.
    fn against(&self, test: &Test, scope: usize, aliases: &Aliases) -> SelectStatement {
        let (left, right) =
            (self.rows_of_each(&test.left, scope), self.rows_of_each(&test.right, scope));
        let of_each = test.check_of_each(|term| !self.rows_of_each(term, scope).is_empty());
        let (left_copy, right_copy) = (aliases.copy(&left), aliases.copy(&right));
        let mut against = self.rows_of(&left, &left_copy);
        self.join_all(&mut against, &right, &right_copy);
        let mut asked = Vec::new();
        for (rows, copy) in [(&left, &left_copy), (&right, &right_copy)] {
            let reaches = self.reaches(rows.iter().copied());
            asked.extend(reaches.map(|part| self.predicate(part, scope, copy)));
        }
        asked.push(self.check(test, &of_each, &left_copy, &right_copy).not());
        let rows = left.union(&right).copied().collect();
        against.and_where(self.joined_in_order(&rows, all(asked)));
        against
    }

    fn check(
        &self,
        test: &Test,
        check: &Check<'_>,
        left_side: &Aliases,
        right_side: &Aliases,
    ) -> Expr {
        let aliases_of =
            |term: &Term| if std::ptr::eq(term, &test.left) { left_side } else { right_side };
        let nothing =
            || Operand::bare(Expr::Constant("".into()), Kind::Known(Cell::Text(String::new())));
        match check {
            Check::Never => Expr::Constant(false.into()),
            Check::Empty(term) => {
                let operand = self.operand(term, aliases_of(term));
                let is_null = operand.expr.clone().is_null();
                self.flavour.compare(operand, Comparator::Equal, nothing()).or(is_null)
            }
            Check::NotEmpty(term) => {
                let operand = self.operand(term, aliases_of(term));
                let is_not_null = operand.expr.clone().is_not_null();
                self.flavour.compare(operand, Comparator::NotSame, nothing()).and(is_not_null)
            }
            Check::Plain(left, comparator, right) => self.flavour.compare(
                self.beside(left, right, left_side),
                *comparator,
                self.beside(right, left, right_side),
            ),
            Check::Coalesced(left, comparator, right) => self.flavour.compare(
                self.coalesced(left, left_side),
                *comparator,
                self.coalesced(right, right_side),
            ),
            Check::IsNot(term, truth) => self.flavour.is_not(self.operand(term, left_side), *truth),
            Check::Is(term, truth) => {
                // Never NULL either.
                self.flavour.is_not(self.operand(term, left_side), *truth).not()
            }
            Check::Like { value, pattern, negated } => {
                let pattern = match pattern {
                    Pattern::Known(cell) => LikePattern::Known(cell.clone()),
                    Pattern::Around(term) => LikePattern::Around(self.operand(term, right_side)),
                };
                let matches = self.flavour.like(self.operand(value, left_side), pattern);
                if *negated { matches.not() } else { matches }
            }
        }
    }

    /// The term with NULL as '' and without affinity.
    fn coalesced(&self, term: &Term, aliases: &Aliases) -> Operand {
        let is_there = matches!(term, Term::Value(cell) if *cell != Cell::Null);
        Operand { or_empty: !is_there, affinity: Affinity::None, ..self.operand(term, aliases) }
    }

    /// An operand; beside a text column, a known number is given as the text it is compared as.
    fn beside(&self, term: &Term, other: &Term, aliases: &Aliases) -> Operand {
        match term {
            Term::Literal(cell @ Cell::Real(_)) if other.affinity() == Affinity::Text => {
                let text = cell.to_text().map_or(Cell::Null, Cell::Text);
                Operand::bare(self.flavour.bind(&text), Kind::Known(text))
            }
            _ => self.operand(term, aliases),
        }
    }

    pub(super) fn operand(&self, term: &Term, aliases: &Aliases) -> Operand {
        let (expr, kind) = (self.term(term, aliases), term.kind());
        Operand { expr, affinity: term.affinity(), kind, or_empty: false }
    }

    pub(super) fn term(&self, term: &Term, aliases: &Aliases) -> Expr {
        let flavour = self.flavour;
        let flag = |condition: Expr| Expr::case(condition, 1).finally(0).into();
        match term {
            Term::Literal(cell)
            | Term::Flag(cell)
            | Term::Isset(cell)
            | Term::Value(cell)
            | Term::Inside(cell) => flavour.bind(cell),
            Term::Stored { cell, shape: shape @ ColumnShape::Number } => {
                flavour.typed_bind(*shape, cell)
            }
            Term::Stored { cell, .. } => flavour.bind(cell),
            Term::Column { source, field, .. } => aliases.column(*source, field),
            Term::Json { source, field, path } => {
                flavour.json_extract(aliases.column(*source, field), path)
            }
            Term::ListLength { source, field } => {
                flavour.list_length(aliases.column(*source, field))
            }
            Term::SingleLength { source, field } => {
                flag(aliases.column(*source, field).ne(Expr::Constant("".into())))
            }
            Term::Item(source) | Term::NoItem(source) => flavour.item(aliases.name(*source)),
            Term::Bare(inner) => flavour.bare(self.term(inner, aliases)),
            Term::Lower(inner) => flavour.lower(self.operand(inner, aliases)),
            Term::Differs { column, from } => {
                let stored = Operand::bare(flavour.bind(from), Kind::Known(from.clone()));
                let column = self.operand(column, aliases);
                flag(flavour.compare(column, Comparator::NotSame, stored))
            }
            Term::Masked { value, source } => {
                let visible = self.email_visible(*source, aliases);
                Expr::case(visible, self.term(value, aliases)).into()
            }
            Term::Distance(parts) => {
                let [lon_a, lat_a, lon_b, lat_b] = parts.as_ref();
                let degrees = [lon_a, lat_a, lon_b, lat_b];
                flavour.distance(degrees.map(|part| self.operand(part, aliases)))
            }
            Term::Strftime(arguments) => {
                let arguments = arguments.iter().map(|part| self.operand(part, aliases));
                flavour.strftime(arguments.collect())
            }
        }
    }

    /// Whether a row of an auth collection shows its address to everybody.
    pub(super) fn email_visible(&self, source: SourceId, aliases: &Aliases) -> Expr {
        let shape = ColumnShape::Bool;
        let column = Term::Column { source, field: "emailVisibility".to_owned(), shape };
        let on = Operand::bare(Expr::Constant(1.into()), Kind::Known(Cell::flag(true)));
        self.flavour.compare(self.operand(&column, aliases), Comparator::Equal, on)
    }
}

/// All of these; nothing asked is true.
pub(super) fn all(parts: Vec<Expr>) -> Expr {
    let joined = parts.into_iter().reduce(|left, right| left.and(right));
    joined.unwrap_or(Expr::Constant(true.into()))
}

fn flatten<'p>(predicate: &'p Predicate, into: &mut Vec<&'p Predicate>) {
    match predicate {
        Predicate::All(parts) => parts.iter().for_each(|part| flatten(part, into)),
        Predicate::Always => {}
        other => into.push(other),
    }
}
