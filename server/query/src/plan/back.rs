//! The records whose relation names one of some records: the way back over a relation.

use sea_query::{
    Alias, Expr, ExprTrait, Func, IntoIden, JoinType, Order, Query, SelectStatement, TableRef,
    WindowStatement,
};
use underpin_model::{Field, field::ColumnShape};

use super::{
    emit::{Aliases, Emitter},
    order,
    projection::Projection,
    select::{Question, Window},
};
use crate::{
    resolve_error::ResolveError,
    scope::{Condition, Scope},
    term::RECORD,
};

/// Which records are looked for.
#[derive(Clone, Copy, Debug)]
pub struct Targets<'t> {
    /// The relation, a field of the scope's collection.
    pub field: &'t Field,
    /// The ids of the records that it points at.
    pub ids: &'t [String],
    /// Most records for each of those, oldest first.
    pub each: u64,
}

/// The records whose relation names one of these: one row with one text, a JSON array in the
/// order in which they were made. The condition is asked of those that are taken.
pub fn by_target(
    scope: &Scope<'_>,
    condition: &Condition,
    targets: Targets<'_>,
    limit: u64,
    projection: Projection,
) -> Result<SelectStatement, ResolveError> {
    let mut question = Question::new(scope, condition, None)?;
    let order = order::resolve(&mut question.resolver, &[])?;
    question.look_for_managers(projection);
    let among = |emitter: &Emitter<'_>, aliases: &Aliases| {
        let first = first_of_each(scope, targets, emitter, aliases);
        Some(aliases.column(RECORD, "id").in_subquery(first))
    };
    Ok(question.array(&order, among, Window { offset: 0, limit }, projection))
}

/// The ids of the first records of each target.
fn first_of_each(
    scope: &Scope<'_>,
    targets: Targets<'_>,
    emitter: &Emitter<'_>,
    aliases: &Aliases,
) -> SelectStatement {
    let (id, target, position, place) =
        (Alias::new("id"), Alias::new("target"), Alias::new("position"), Alias::new("place"));
    let source = aliases.fresh();
    let column = |name: &str| Expr::col((Alias::new(&source), Alias::new(name)));
    let table = Alias::new(&scope.collection.name);
    let mut pairs = Query::select();
    pairs.from(TableRef::Table(table.into(), Some(Alias::new(&source).into_iden())));
    let named = column(&targets.field.name);
    let named = if targets.field.column() == ColumnShape::List {
        let items = aliases.fresh();
        let always = Expr::Constant(true.into());
        pairs.join(JoinType::InnerJoin, emitter.flavour.list_items(named, &items), always);
        emitter.flavour.item(&items)
    } else {
        named
    };
    let made = emitter.flavour.insertion_order(scope.collection, &source);
    pairs
        .expr_as(column("id"), id.clone())
        .expr_as(named.clone(), target.clone())
        .expr_as(made.unwrap_or_else(|| column("id")), position.clone())
        .and_where(named.is_in(targets.ids.iter().cloned()));
    let window = WindowStatement::partition_by(target).order_by(position, Order::Asc).take();
    let mut ranked = Query::select();
    ranked
        .column(id.clone())
        .expr_window_as(Func::cust("row_number"), window, place.clone())
        .from_subquery(pairs, Alias::new("pairs"));
    let mut first = Query::select();
    first
        .column(id)
        .from_subquery(ranked, Alias::new("ranked"))
        .and_where(Expr::col(place).lte(targets.each));
    first
}
