//! The statements that callers run.

use sea_query::{
    Alias, Asterisk, Expr, ExprTrait, Func, IntoIden, Query, SelectStatement, TableRef,
};
use underpin_model::{Field, Record, field::ColumnShape};

use super::{
    address,
    emit::{Aliases, Emitter, all},
    order::{self, Sorting},
    projection::{Projection, object},
};
use crate::{
    cell::stored_cell,
    resolve::Resolver,
    resolve_error::ResolveError,
    scope::{Condition, Scope},
    sort::SortKey,
    term::{Predicate, RECORD, STATEMENT},
    tree::Filter,
};

/// Which row a question is about.
#[derive(Clone, Copy, Debug)]
pub enum RowSource<'r> {
    /// The stored row with this id.
    Table(&'r str),
    /// A record as it would be, or as it was.
    Literal(&'r Record),
}

/// A page of records: one row with one text, the JSON array of its records, and their number.
pub fn page(
    scope: &Scope<'_>,
    condition: &Condition,
    filter: Option<&Filter>,
    sort: &[SortKey],
    window: Window,
    projection: Projection,
) -> Result<SelectStatement, ResolveError> {
    let mut question = Question::new(scope, condition, filter)?;
    let order = question.sort(sort)?;
    question.look_for_managers(projection);
    Ok(question.array(&order, |_, _| None, window, projection))
}

/// Which of the matching records: so many, after skipping so many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How many records to skip.
    pub offset: u64,
    /// How many records to take at most.
    pub limit: u64,
}

impl Window {
    /// The window of a page, counted from 1.
    pub fn of_page(page: u64, per_page: u64) -> Self {
        Self { offset: page.saturating_sub(1).saturating_mul(per_page), limit: per_page }
    }
}

/// The record with an id: at most one row with one text, its JSON object.
pub fn one(
    scope: &Scope<'_>,
    condition: &Condition,
    filter: Option<&Filter>,
    id: &str,
    projection: Projection,
) -> Result<SelectStatement, ResolveError> {
    let mut question = Question::new(scope, condition, filter)?;
    question.look_for_managers(projection);
    let (emitter, aliases) = question.emitter();
    let mut select = question.rows(&emitter, &aliases);
    select
        .expr(object(scope, projection, question.managed.as_ref(), &emitter, &aliases))
        .and_where(aliases.column(RECORD, "id").eq(possible_id(id)));
    Ok(select)
}

/// An id to look for. No record has an empty one, or one with a sign that not every database takes.
pub fn possible_id(id: &str) -> &str {
    if id.contains('\0') { "" } else { id }
}

/// Whether a row meets the condition and the filter: one row if so, else none.
pub fn exists(
    scope: &Scope<'_>,
    condition: &Condition,
    filter: Option<&Filter>,
    row: RowSource<'_>,
) -> Result<SelectStatement, ResolveError> {
    let question = Question::new(scope, condition, filter)?;
    let (emitter, aliases) = question.emitter();
    let mut select = match row {
        RowSource::Table(id) => {
            let mut select = question.rows(&emitter, &aliases);
            select.and_where(aliases.column(RECORD, "id").eq(possible_id(id)));
            select
        }
        RowSource::Literal(record) => {
            let mut literal = Query::select();
            for (field, value) in record.cells() {
                let bind = emitter.flavour.typed_bind(field.column(), &stored_cell(value));
                literal.expr_as(bind, Alias::new(&field.name));
            }
            let mut select = Query::select();
            select.from_subquery(literal, Alias::new(aliases.name(RECORD)));
            question.finish(&mut select, &emitter, &aliases);
            select
        }
    };
    select.expr(Expr::Constant(1.into())).limit(1);
    Ok(select)
}

/// The records whose field is, or as a list has, one of these values: one row with one text, a
/// JSON array. For loading related records; `id` and relation fields are what it is meant for.
pub fn by_column(
    scope: &Scope<'_>,
    condition: &Condition,
    field: &Field,
    values: &[String],
    sort: &[SortKey],
    limit: u64,
    projection: Projection,
) -> Result<SelectStatement, ResolveError> {
    let mut question = Question::new(scope, condition, None)?;
    let order = order::resolve(&mut question.resolver, sort)?;
    question.look_for_managers(projection);
    let window = Window { offset: 0, limit };
    let among =
        |emitter: &Emitter<'_>, aliases: &Aliases| Some(has_value(field, values, emitter, aliases));
    Ok(question.array(&order, among, window, projection))
}

/// A resolved condition and filter.
pub(super) struct Question<'s> {
    pub(super) resolver: Resolver<'s>,
    pub(super) asked: Predicate,
    /// The rows whose address the caller sees as their manager.
    pub(super) managed: Option<Predicate>,
}

impl<'s> Question<'s> {
    pub(super) fn new(
        scope: &'s Scope<'s>,
        condition: &Condition,
        filter: Option<&Filter>,
    ) -> Result<Self, ResolveError> {
        let mut resolver = Resolver::new(scope);
        let mut asked = vec![resolver.condition(condition)?];
        if let Some(filter) = filter {
            asked.push(resolver.filter(filter, RECORD, scope.trust)?);
        }
        Ok(Self { resolver, asked: Predicate::All(asked), managed: None })
    }

    /// Finds out which addresses the caller sees as a manager.
    pub(super) fn look_for_managers(&mut self, projection: Projection) {
        self.managed = address::managed(&mut self.resolver, projection);
    }

    /// Resolves the sort keys, and asks what they ask of records.
    pub(super) fn sort(&mut self, keys: &[SortKey]) -> Result<Vec<Sorting>, ResolveError> {
        let order = order::resolve(&mut self.resolver, keys)?;
        let asked = std::mem::replace(&mut self.asked, Predicate::Always);
        self.asked = Predicate::All(std::iter::once(asked).chain(order::reached(&order)).collect());
        Ok(order)
    }

    pub(super) fn emitter(&self) -> (Emitter<'_>, Aliases) {
        let sources = self.resolver.sources.as_slice();
        (Emitter { flavour: self.resolver.scope.flavour, sources }, Aliases::new(sources))
    }

    pub(super) fn rows(&self, emitter: &Emitter<'_>, aliases: &Aliases) -> SelectStatement {
        let table = Alias::new(&self.resolver.scope.collection.name);
        let alias = Alias::new(aliases.name(RECORD)).into_iden();
        let mut select = Query::select();
        select.from(TableRef::Table(table.into(), Some(alias)));
        self.finish(&mut select, emitter, aliases);
        select
    }

    /// Joins and conditions, for a select that has its first row source.
    fn finish(&self, select: &mut SelectStatement, emitter: &Emitter<'_>, aliases: &Aliases) {
        emitter.join_single_rows(select, aliases);
        let single = (0..emitter.sources.len())
            .filter(|id| emitter.source(*id).is_some_and(|source| source.scope == STATEMENT));
        let asked = emitter.reaches(single).chain([&self.asked]);
        let asked: Vec<_> = asked
            .filter(|predicate| !is_always(predicate))
            .map(|predicate| emitter.predicate(predicate, STATEMENT, aliases))
            .collect();
        if !asked.is_empty() {
            select.and_where(all(asked));
        }
    }

    /// The rows as one JSON array; `among` may narrow them down further.
    pub(super) fn array(
        &self,
        order: &[Sorting],
        among: impl FnOnce(&Emitter<'_>, &Aliases) -> Option<Expr>,
        window: Window,
        projection: Projection,
    ) -> SelectStatement {
        let scope = self.resolver.scope;
        let (emitter, aliases) = self.emitter();
        let mut rows = self.rows(&emitter, &aliases);
        if let Some(narrower) = among(&emitter, &aliases) {
            rows.and_where(narrower);
        }
        let managed = self.managed.as_ref();
        let record = object(scope, projection, managed, &emitter, &aliases);
        rows.expr_as(record, Alias::new("record"));
        order::apply(&mut rows, order, scope.collection, &emitter, &aliases);
        rows.limit(window.limit);
        if window.offset > 0 {
            rows.offset(window.offset);
        }
        let item = Expr::col((Alias::new("page"), Alias::new("record")));
        let mut array = Query::select();
        array
            .expr(scope.flavour.json_array_of(item))
            .expr(Func::count(Expr::col(Asterisk)))
            .from_subquery(rows, Alias::new("page"));
        array
    }
}

/// Most values that are each looked for in a list's text before its items are.
const MAX_LOOKS: usize = 4;

fn has_value(field: &Field, values: &[String], emitter: &Emitter<'_>, aliases: &Aliases) -> Expr {
    let flavour = emitter.flavour;
    let column = aliases.column(RECORD, &field.name);
    if field.column() != ColumnShape::List {
        return column.is_in(values.iter().cloned());
    }
    if let Some(contains) = flavour.contains_any(column.clone(), values) {
        return contains;
    }
    let alias = aliases.fresh();
    let mut found = Query::select();
    found
        .expr(Expr::Constant(1.into()))
        .from(flavour.list_items(column.clone(), &alias))
        .and_where(flavour.item(&alias).is_in(values.iter().cloned()));
    let found = Expr::exists(found);
    // A cheap look first, while the values are few.
    let looks = values.iter().map(|value| flavour.may_contain(column.clone(), value));
    let looks: Option<Vec<Expr>> = looks.take(MAX_LOOKS + 1).collect();
    let few = looks.filter(|looks| looks.len() <= MAX_LOOKS);
    match few.and_then(|looks| looks.into_iter().reduce(ExprTrait::or)) {
        Some(look) => look.and(found),
        None => found,
    }
}

fn is_always(predicate: &Predicate) -> bool {
    match predicate {
        Predicate::Always => true,
        Predicate::All(parts) => parts.iter().all(is_always),
        _ => false,
    }
}
