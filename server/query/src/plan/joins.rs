//! Sources as joins, and which of them a predicate needs.

use std::collections::BTreeSet;

use sea_query::{Alias, Expr, ExprTrait, IntoIden, JoinType, Query, SelectStatement, TableRef};

use super::emit::{Aliases, Emitter};
use crate::term::{Origin, Predicate, STATEMENT, Source, SourceId, Term, Test};

impl Emitter<'_> {
    /// Joins the sources that belong to the statement as a whole.
    pub(super) fn join_single_rows(&self, select: &mut SelectStatement, aliases: &Aliases) {
        for id in 1..self.sources.len() {
            if self.source(id).is_some_and(|source| source.scope == STATEMENT) {
                self.join(select, id, aliases);
            }
        }
    }

    /// `SELECT 1` over the rows of some sources, each joined so that a missing row is NULL.
    pub(super) fn rows_of(
        &self,
        sources: &BTreeSet<SourceId>,
        aliases: &Aliases,
    ) -> SelectStatement {
        let mut one = Query::select();
        one.expr_as(Expr::Constant(1.into()), Alias::new("one"));
        let mut select = Query::select();
        select.expr(Expr::Constant(1.into())).from_subquery(one, Alias::new("one"));
        self.join_all(&mut select, sources, aliases);
        select
    }

    pub(super) fn join_all(
        &self,
        select: &mut SelectStatement,
        sources: &BTreeSet<SourceId>,
        aliases: &Aliases,
    ) {
        for id in sources {
            self.join(select, *id, aliases);
        }
    }

    /// The sources of a scope that these starting points need, parents before children.
    pub(super) fn needed(&self, start: Vec<SourceId>, scope: usize) -> BTreeSet<SourceId> {
        let mut open = start;
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            let Some(source) = self.source(id) else { continue };
            if !seen.insert(id) {
                continue;
            }
            open.extend(source.parent());
            if let Some(reach) = &source.reach {
                reach.sources(&mut open);
            }
        }
        seen.retain(|id| self.source(*id).is_some_and(|source| source.scope == scope));
        seen
    }

    /// The rows of a scope that a term ranges over.
    pub(super) fn rows_of_term(&self, term: &Term, scope: usize) -> BTreeSet<SourceId> {
        let mut start = Vec::new();
        term.sources(&mut start);
        self.needed(start, scope)
    }

    /// The rows of a scope each of which a comparison with the term is about. A distance is that
    /// of some row.
    pub(super) fn rows_of_each(&self, term: &Term, scope: usize) -> BTreeSet<SourceId> {
        match term {
            Term::Distance(_) => BTreeSet::new(),
            other => self.rows_of_term(other, scope),
        }
    }

    /// Whether a comparison is about each of many rows.
    pub(super) fn asks_of_each(&self, test: &Test, scope: usize) -> bool {
        [&test.left, &test.right].into_iter().any(|term| !self.rows_of_each(term, scope).is_empty())
    }

    /// The rows of a scope that a comparison ranges over.
    pub(super) fn rows_of_test(&self, test: &Test, scope: usize) -> BTreeSet<SourceId> {
        let mut rows = self.rows_of_term(&test.left, scope);
        rows.append(&mut self.rows_of_term(&test.right, scope));
        rows
    }

    /// What a client must be allowed to see of these rows.
    pub(super) fn reaches(
        &self,
        sources: impl IntoIterator<Item = SourceId>,
    ) -> impl Iterator<Item = &Predicate> {
        sources.into_iter().filter_map(|id| self.source(id)?.reach.as_ref())
    }

    /// Whether a client may list some of these rows only.
    pub(super) fn bounds(&self, sources: &BTreeSet<SourceId>) -> bool {
        let mut reaches = self.reaches(sources.iter().copied());
        reaches.any(|reach| !matches!(reach, Predicate::Always))
    }

    /// What the rows of a source that yields many are ordered by.
    pub(super) fn place_among_many(&self, id: SourceId, aliases: &Aliases) -> Option<Expr> {
        let source = self.source(id)?;
        let alias = aliases.name(id);
        match &source.origin {
            Origin::Items { .. } | Origin::KnownItems(_) => self.flavour.item_order(alias),
            Origin::Back { .. } | Origin::Every { .. } => {
                self.flavour.insertion_order(source.collection.as_ref()?, alias)
            }
            _ => None,
        }
    }

    pub(super) fn source(&self, id: SourceId) -> Option<&Source> {
        self.sources.get(id)
    }

    /// Each joined row hangs on the one before, so that the order of the joins is the best one; but
    /// all rows of a collection are better looked up by what is asked of them.
    pub(super) fn joined_in_order(&self, rows: &BTreeSet<SourceId>, condition: Expr) -> Expr {
        let is_every = |id: &SourceId| {
            self.source(*id).is_some_and(|source| matches!(source.origin, Origin::Every { .. }))
        };
        if rows.iter().any(is_every) { condition } else { self.flavour.in_order(condition) }
    }

    fn join(&self, select: &mut SelectStatement, id: SourceId, aliases: &Aliases) {
        let Some(source) = self.source(id) else { return };
        let column = |name: &str| aliases.column(id, name);
        let always = || Expr::Constant(true.into());
        let (table, on) = match &source.origin {
            Origin::Record => return,
            Origin::Items { parent, field } => {
                let list = aliases.column(*parent, field);
                (self.flavour.list_items(list, aliases.name(id)), always())
            }
            Origin::KnownItems(items) => {
                (self.flavour.bound_items(items, aliases.name(id)), always())
            }
            Origin::Related { parent, field } => {
                (self.table(source, id, aliases), column("id").eq(aliases.column(*parent, field)))
            }
            Origin::Known(known) => {
                (self.table(source, id, aliases), column("id").eq(known.as_str()))
            }
            Origin::Listed { items } => {
                let item = self.flavour.item(aliases.name(*items));
                (self.table(source, id, aliases), column("id").eq(item))
            }
            Origin::Back { parent, field, list } => {
                let parent = aliases.column(*parent, "id");
                let on = match list {
                    true => self.contains(column(field), parent, aliases),
                    false => column(field).eq(parent),
                };
                (self.table(source, id, aliases), on)
            }
            Origin::Every { .. } => (self.table(source, id, aliases), always()),
        };
        select.join(JoinType::LeftJoin, table, on);
    }

    fn table(&self, source: &Source, id: SourceId, aliases: &Aliases) -> TableRef {
        let name = source.collection.as_ref().map_or("", |collection| collection.name.as_str());
        TableRef::Table(Alias::new(name).into(), Some(Alias::new(aliases.name(id)).into_iden()))
    }

    /// Whether a list column has an item.
    pub(super) fn contains(&self, list: Expr, item: Expr, aliases: &Aliases) -> Expr {
        if let Some(contains) = self.flavour.contains(list.clone(), item.clone()) {
            return contains;
        }
        let alias = aliases.fresh();
        let mut found = Query::select();
        found
            .expr(Expr::Constant(1.into()))
            .from(self.flavour.list_items(list, &alias))
            .and_where(self.flavour.item(&alias).eq(item));
        Expr::exists(found)
    }
}
