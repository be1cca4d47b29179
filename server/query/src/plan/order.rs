//! Sort keys as ORDER BY.

use sea_query::{Expr, Func, Order, SelectStatement};

use super::emit::{Aliases, Emitter, all};
use crate::{
    index_columns::leads_index,
    resolve::{Place, Resolver},
    resolve_error::ResolveError,
    sort::{SortBy, SortKey},
    term::{RECORD, Term},
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

pub(super) fn apply(
    select: &mut SelectStatement,
    order: &[Sorting],
    collection: &underpin_model::Collection,
    emitter: &Emitter<'_>,
    aliases: &Aliases,
) {
    let direction = |descending: bool| if descending { Order::Desc } else { Order::Asc };
    for sorting in order {
        match sorting {
            Sorting::Random => {
                select.order_by_expr(emitter.flavour.random(), Order::Asc);
            }
            Sorting::Insertion { descending } => {
                let insertion = emitter.flavour.insertion_order(collection, aliases.name(RECORD));
                let insertion = insertion.unwrap_or_else(|| aliases.column(RECORD, "id"));
                select.order_by_expr(insertion, direction(*descending));
            }
            Sorting::By { term, place, descending } => {
                let value = value(term, place.filter, *descending, emitter, aliases);
                select.order_by_expr(value, direction(*descending));
            }
        }
    }
}

/// The value to sort by; of many, the one that comes first.
fn value(
    term: &Term,
    filter: usize,
    descending: bool,
    emitter: &Emitter<'_>,
    aliases: &Aliases,
) -> Expr {
    let value = emitter.term(term, aliases);
    let mut start = Vec::new();
    term.sources(&mut start);
    let rows = emitter.needed(start, filter);
    if rows.is_empty() {
        return value;
    }
    let first = if descending { Func::max(value) } else { Func::min(value) };
    let reaches = emitter.reaches(rows.iter().copied());
    let reaches = reaches.map(|part| emitter.predicate(part, filter, aliases)).collect();
    let mut select = emitter.rows_of(&rows, aliases);
    select.clear_selects().expr(first).and_where(all(reaches));
    Expr::SubQuery(None, Box::new(select.into()))
}
