//! Sort keys as ORDER BY.

use sea_query::{Expr, Order, SelectStatement};
use underpin_model::field::ColumnShape;

use super::emit::{Aliases, Emitter, all};
use crate::{
    cell::Affinity,
    flavour::{Kind, Operand},
    index_columns::leads_index,
    resolve::{Place, Resolver},
    resolve_error::ResolveError,
    sort::{SortBy, SortKey},
    term::{Predicate, RECORD, Term},
};

/// A sort key with its term.
pub(super) enum Sorting {
    By { term: Term, place: Place, descending: bool },
    Insertion { descending: bool },
    Random,
}

/// Resolves the keys and sees to it that no two records stand equal: pages must not overlap.
pub(super) fn resolve(
    resolver: &mut Resolver<'_>,
    keys: &[SortKey],
) -> Result<Vec<Sorting>, ResolveError> {
    let mut order = Vec::with_capacity(keys.len() + 1);
    for SortKey { by, descending } in keys {
        let descending = *descending;
        order.push(match by {
            SortBy::Insertion if resolver.scope.collection.is_view() => {
                return Err(ResolveError::UnknownField("@rowid".to_owned()));
            }
            SortBy::Insertion => Sorting::Insertion { descending },
            SortBy::Random => Sorting::Random,
            SortBy::Name(name) => {
                let place = resolver.place(RECORD, resolver.scope.trust);
                let term = resolver.masked_name(name, place)?;
                Sorting::By { term, place, descending }
            }
        });
    }
    let settled = order.iter().any(|sorting| !matches!(sorting, Sorting::By { .. }));
    // A view that is asked for no order gives its rows in the order of its own query.
    let has_own_order = order.is_empty() && resolver.scope.collection.is_view();
    if !settled && !has_own_order {
        order.push(Sorting::Insertion { descending: reads_index_backwards(resolver, &order) });
    }
    Ok(order)
}

/// An index read backwards yields equal records newest first; asking for that spares a sort.
fn reads_index_backwards(resolver: &Resolver<'_>, order: &[Sorting]) -> bool {
    match order {
        [
            Sorting::By {
                term: Term::Column { source: RECORD, field, .. }, descending: true, ..
            },
        ] => leads_index(resolver.scope.collection, field),
        _ => false,
    }
}

/// The values to order by, each with whether the largest comes first. Chance is none of them.
pub(super) fn keys(
    order: &[Sorting],
    collection: &underpin_model::Collection,
    emitter: &Emitter<'_>,
    aliases: &Aliases,
) -> Vec<Key> {
    let key = |sorting: &Sorting| match sorting {
        Sorting::Random => None,
        Sorting::Insertion { descending } => {
            let insertion = emitter.flavour.insertion_order(collection, aliases.name(RECORD));
            let operand = match insertion {
                Some(made) => Operand::bare(made, Kind::Integer),
                None => Operand::bare(aliases.column(RECORD, "id"), Kind::Text),
            };
            Some(Key { operand, descending: *descending, may_be_null: false })
        }
        Sorting::By { term, place, descending } => {
            let operand = value(term, place.filter, emitter, aliases);
            let may_be_null = collection.is_view() || may_be_null(term);
            Some(Key { operand, descending: *descending, may_be_null })
        }
    };
    order.iter().filter_map(key).collect()
}

/// A value to order by.
pub(super) struct Key {
    pub(super) operand: Operand,
    pub(super) descending: bool,
    pub(super) may_be_null: bool,
}

/// Columns of the record itself hold something, JSON aside; a view's may be anything.
fn may_be_null(term: &Term) -> bool {
    !matches!(term, Term::Column { source: RECORD, shape, .. } if *shape != ColumnShape::Json)
}

pub(super) fn apply(
    select: &mut SelectStatement,
    order: &[Sorting],
    collection: &underpin_model::Collection,
    emitter: &Emitter<'_>,
    aliases: &Aliases,
) {
    let mut keys = keys(order, collection, emitter, aliases).into_iter();
    for sorting in order {
        if matches!(sorting, Sorting::Random) {
            select.order_by_expr(emitter.flavour.random(), Order::Asc);
        } else if let Some(key) = keys.next() {
            let direction = if key.descending { Order::Desc } else { Order::Asc };
            let Key { operand, descending, may_be_null } = key;
            for (expr, nulls) in emitter.flavour.order(operand, descending, may_be_null) {
                match nulls {
                    Some(nulls) => select.order_by_expr_with_nulls(expr, direction.clone(), nulls),
                    None => select.order_by_expr(expr, direction.clone()),
                };
            }
        }
    }
}

/// The value to sort by; of many, the first one: in the order of a list, else the oldest.
fn value(term: &Term, filter: usize, emitter: &Emitter<'_>, aliases: &Aliases) -> Operand {
    let operand = Operand { affinity: Affinity::None, ..emitter.operand(term, aliases) };
    let rows = emitter.rows_of_term(term, filter);
    if rows.is_empty() {
        return operand;
    }
    let reaches = emitter.reaches(rows.iter().copied());
    let reaches = reaches.map(|part| emitter.predicate(part, filter, aliases)).collect();
    let mut select = emitter.rows_of(&rows, aliases);
    select.clear_selects().expr(operand.expr).and_where(all(reaches)).limit(1);
    for place in rows.iter().filter_map(|id| emitter.place_among_many(*id, aliases)) {
        select.order_by_expr(place, Order::Asc);
    }
    Operand::bare(Expr::SubQuery(None, Box::new(select.into())), operand.kind)
}

/// What sorting asks of records: as in a filter, a related row has to be one that the client may
/// list, or none at all.
pub(super) fn reached(order: &[Sorting]) -> impl Iterator<Item = Predicate> {
    order.iter().filter_map(|sorting| match sorting {
        Sorting::By { term, place, .. } => {
            let mut sources = Vec::new();
            term.sources(&mut sources);
            let elsewhere = sources.iter().any(|source| *source != RECORD);
            let reached = || Predicate::Scoped(place.filter, Box::new(Predicate::Reached(sources)));
            elsewhere.then(reached)
        }
        _ => None,
    })
}
