//! Pages that start behind a position in the order instead of skipping so many records.
//!
//! Their cost does not grow with the distance from the start, and records that are made or removed
//! meanwhile neither double nor hide others.

use sea_query::{Alias, Expr, ExprTrait, SelectStatement};

use super::{
    order::{self, Key, Sorting},
    projection::{Projection, object},
    select::Question,
};
use crate::{
    cell::Cell,
    flavour::{Comparator, Flavour, Kind, Operand},
    resolve_error::ResolveError,
    scope::{Condition, Scope},
    sort::SortKey,
    tree::Filter,
};

/// The name of the column with the record's JSON object; the keys follow it.
pub const KEYSET_RECORD: &str = "record";

/// The records behind a position: rows with the record's JSON object and the values that make its
/// own position, to be given as `after` for the next page.
///
/// # Errors
/// As for a page; an order by chance has no positions, and `after` must have a value for each key.
pub fn page_after(
    scope: &Scope<'_>,
    condition: &Condition,
    filter: Option<&Filter>,
    sort: &[SortKey],
    after: Option<&[Cell]>,
    limit: u64,
    projection: Projection,
) -> Result<SelectStatement, ResolveError> {
    let mut question = Question::new(scope, condition, filter)?;
    let mut sorting = question.sort(sort)?;
    if sorting.is_empty() {
        // A view's own order has no positions either, but its ids have.
        sorting.push(Sorting::Insertion { descending: false });
    }
    if sorting.iter().any(|key| matches!(key, Sorting::Random)) {
        return Err(ResolveError::NoPosition("an order by chance has no positions"));
    }
    question.look_for_managers(projection);
    let (emitter, aliases) = question.emitter();
    let mut rows = question.rows(&emitter, &aliases);
    let record = object(scope, projection, question.managed.as_ref(), &emitter, &aliases);
    rows.expr_as(record, Alias::new(KEYSET_RECORD));
    let keys = order::keys(&sorting, scope.collection, &emitter, &aliases);
    if let Some(after) = after {
        if after.len() != keys.len() {
            return Err(ResolveError::NoPosition("the cursor is of another order"));
        }
        rows.and_where(behind(&keys, after, scope.flavour));
    }
    for (place, key) in keys.iter().enumerate() {
        let shown = scope.flavour.shown(key.operand.clone());
        rows.expr_as(shown, Alias::new(format!("k{place}")));
    }
    order::apply(&mut rows, &sorting, scope.collection, &emitter, &aliases);
    rows.limit(limit);
    Ok(rows)
}

/// Rows that come after these values: larger in some key, equal in those before it.
fn behind(keys: &[Key], after: &[Cell], flavour: &dyn Flavour) -> Expr {
    let mut behind = Expr::Constant(false.into());
    for (place, (key, cell)) in keys.iter().zip(after).enumerate().rev() {
        let further = beyond(key, cell, flavour);
        if place + 1 == keys.len() {
            behind = further;
        } else {
            let same = compared(key, Comparator::Same, cell, flavour);
            behind = further.or(same.and(behind));
        }
    }
    match (keys.first(), after.first()) {
        // Says the same once more, in a form that an index can answer.
        (Some(key), Some(cell)) if !key.may_be_null && keys.len() > 1 => {
            let least = match key.descending {
                true => Comparator::LessOrEqual,
                false => Comparator::GreaterOrEqual,
            };
            compared(key, least, cell, flavour).and(behind)
        }
        _ => behind,
    }
}

/// Whether a row's key comes after the value. NULL is the smallest of all.
fn beyond(key: &Key, cell: &Cell, flavour: &dyn Flavour) -> Expr {
    match (cell, key.descending) {
        (Cell::Null, true) => Expr::Constant(false.into()),
        (Cell::Null, false) => key.operand.expr.clone().is_not_null(),
        (_, false) => compared(key, Comparator::Greater, cell, flavour),
        (_, true) if key.may_be_null => {
            compared(key, Comparator::Less, cell, flavour).or(key.operand.expr.clone().is_null())
        }
        (_, true) => compared(key, Comparator::Less, cell, flavour),
    }
}

fn compared(key: &Key, comparator: Comparator, cell: &Cell, flavour: &dyn Flavour) -> Expr {
    let value = Operand::bare(flavour.bind(cell), Kind::Known(cell.clone()));
    flavour.compare(key.operand.clone(), comparator, value)
}
