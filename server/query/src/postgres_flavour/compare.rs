//! Comparisons: natively where both sides are of a kind, in Rust where both are known.

use std::cmp::Ordering;

use sea_query::{BinOper, Expr, ExprTrait, Func};

use super::{
    known::{self, Mark},
    side::{Side, call, cast, typed},
};
use crate::{
    cell::{Affinity, Cell},
    flavour::{Comparator, Operand},
};

/// `left` compared with `right` by SQLite's rules.
pub(super) fn compare(left: Operand, comparator: Comparator, right: Operand) -> Expr {
    if left.or_empty || right.or_empty {
        return compare_or_empty(left, comparator, right);
    }
    let (own, others) = (left.affinity, right.affinity);
    match (Side::of(left), Side::of(right)) {
        (Side::Known(left), Side::Known(right)) => {
            known_outcome(left.compare(own, &right, others), (&left, &right), comparator)
        }
        (Side::Known(left), right) => {
            beside_known((right, others), flipped(comparator), (left, own))
        }
        (left, Side::Known(right)) => beside_known((left, own), comparator, (right, others)),
        (Side::Flag(left), Side::Flag(right)) => native(left, comparator, right),
        (left, right) => unknown((left.counted(), own), comparator, (right.counted(), others)),
    }
}

/// Neither side is known.
fn unknown(left: (Side, Affinity), comparator: Comparator, right: (Side, Affinity)) -> Expr {
    let ((left, own), (right, others)) = (left, right);
    match (left, right) {
        (Side::Number(left, _), Side::Number(right, _)) => native(left, comparator, right),
        // What has a number's affinity and is a text begins with a bracket: read as numbers or
        // not, others stand to it as they do now.
        (Side::Text(left), Side::Text(right)) => texts(left, comparator, right),
        (left @ Side::Number(..), right @ Side::Text(_))
            if own == Affinity::None && others != Affinity::Text =>
        {
            decided(&left, &right, comparator, Ordering::Less)
        }
        (left @ Side::Text(_), right @ Side::Number(..))
            if others == Affinity::None && own != Affinity::Text =>
        {
            decided(&left, &right, comparator, Ordering::Greater)
        }
        (left, right) => match (own, others) {
            (Affinity::Numeric, Affinity::Numeric) => {
                scalars(left.scalar(), comparator, right.scalar())
            }
            (Affinity::Numeric, _) => scalars(left.scalar(), comparator, right.numeric()),
            (_, Affinity::Numeric) => scalars(left.numeric(), comparator, right.scalar()),
            (Affinity::Text, Affinity::None) | (Affinity::None, Affinity::Text) => {
                texts(left.text(), comparator, right.text())
            }
            _ => scalars(left.scalar(), comparator, right.scalar()),
        },
    }
}

/// A value that is read beside one that is known.
fn beside_known(value: (Side, Affinity), comparator: Comparator, known: (Cell, Affinity)) -> Expr {
    let ((side, own), (cell, others)) = (value, known);
    if cell == Cell::Null {
        return beside_null(&side, comparator);
    }
    let as_numeric = own == Affinity::Numeric && others != Affinity::Numeric;
    let cell = if as_numeric { cell.as_numeric() } else { cell };
    match side {
        Side::Flag(flag) => beside_flag(flag, own, comparator, (&cell, others)),
        Side::Number(number, whole) => match &cell {
            Cell::Text(text) if own == Affinity::None && others == Affinity::Text => texts(
                Side::Number(number, whole).text(),
                comparator,
                Expr::val(known::storable(text)),
            ),
            Cell::Text(_) => {
                decided_beside_known(&Side::Number(number, whole), comparator, Ordering::Less)
            }
            cell => match known::mark_of_number(cell) {
                Some(mark) => marked(number, comparator, mark, |value, _| Expr::val(value)),
                None => beside_null(&Side::Number(number, whole), comparator),
            },
        },
        Side::Text(text) if others == Affinity::Numeric && own != Affinity::Numeric => {
            scalars(Side::Text(text).numeric(), comparator, known::scalar(&cell))
        }
        Side::Text(text) => {
            let cell = if own == Affinity::Text { cell.as_text() } else { cell };
            match &cell {
                Cell::Text(known) => marked(text, comparator, known::mark_of_text(known), ordered),
                _ => decided_beside_known(&Side::Text(text), comparator, Ordering::Greater),
            }
        }
        Side::Scalar(scalar) => {
            let numeric = others == Affinity::Numeric && own != Affinity::Numeric;
            let side = Side::Scalar(scalar);
            let value = if numeric { side.numeric() } else { side.scalar() };
            scalars(value, comparator, known::scalar(&cell))
        }
        Side::Known(_) => Expr::Constant(false.into()),
    }
}

/// A bind that texts are ordered by their bytes beside.
fn ordered(value: String, comparator: Comparator) -> Expr {
    match comparator {
        Comparator::Equal | Comparator::Same | Comparator::NotSame => Expr::val(value),
        _ => typed::c(Expr::val(value)),
    }
}

/// A column beside a known value of its kind. Where the column can't hold it, nothing is equal to
/// it, and all values but those above are less.
fn marked<T>(
    column: Expr,
    comparator: Comparator,
    mark: Mark<T>,
    bind: impl Fn(T, Comparator) -> Expr,
) -> Expr {
    let Mark { value, is_exact } = mark;
    if is_exact {
        let value = bind(value, comparator);
        return match comparator {
            // Never NULL, and yet an index can answer it.
            Comparator::Same => {
                let equal = column.clone().eq(value);
                column.is_not_null().and(equal)
            }
            _ => native(column, comparator, value),
        };
    }
    match comparator {
        Comparator::Less | Comparator::LessOrEqual => {
            column.lte(bind(value, Comparator::LessOrEqual))
        }
        Comparator::Greater | Comparator::GreaterOrEqual => {
            column.gt(bind(value, Comparator::Greater))
        }
        Comparator::Same => Expr::Constant(false.into()),
        Comparator::NotSame => Expr::Constant(true.into()),
        Comparator::Equal => Expr::case(column.is_not_null(), Expr::Constant(false.into())).into(),
    }
}

/// A bool's column beside a known value: one of both truths meets it, or both, or none.
fn beside_flag(
    flag: Expr,
    own: Affinity,
    comparator: Comparator,
    known: (&Cell, Affinity),
) -> Expr {
    let holds = |truth: bool| {
        let order = Cell::flag(truth).compare(own, known.0, known.1);
        order.is_some_and(|order| fits(order, comparator))
    };
    let never_null = matches!(comparator, Comparator::Same | Comparator::NotSame);
    match (holds(false), holds(true)) {
        (no, yes) if no == yes && never_null => match comparator {
            Comparator::Same => Expr::Constant(no.into()),
            _ => Expr::Constant(true.into()),
        },
        (no, yes) if no == yes => Expr::case(flag.is_not_null(), Expr::Constant(no.into())).into(),
        (_, wanted) => {
            let wanted_is = |truth: bool| Expr::Constant(truth.into());
            match comparator {
                Comparator::Same => flag.binary(BinOper::Is, wanted_is(wanted)),
                Comparator::NotSame => flag.binary(BinOper::IsNot, wanted_is(!wanted)),
                _ => flag.eq(wanted_is(wanted)),
            }
        }
    }
}

fn beside_null(side: &Side, comparator: Comparator) -> Expr {
    let Some(witness) = side.witness() else { return null() };
    match comparator {
        Comparator::Same => witness.is_null(),
        Comparator::NotSame => witness.is_not_null(),
        _ => null(),
    }
}

/// The sides always stand the same to each other, where both are there.
fn decided(left: &Side, right: &Side, comparator: Comparator, order: Ordering) -> Expr {
    let witnesses = [left.witness(), right.witness()].into_iter().flatten();
    match comparator {
        Comparator::Same => {
            let nulls = witnesses.map(|witness| witness.is_null());
            nulls.reduce(|one, other| one.and(other)).unwrap_or(Expr::Constant(false.into()))
        }
        Comparator::NotSame => {
            let there = witnesses.map(|witness| witness.is_not_null());
            there.reduce(|one, other| one.or(other)).unwrap_or(Expr::Constant(true.into()))
        }
        _ => {
            let outcome = Expr::Constant(fits(order, comparator).into());
            let there = witnesses.map(|witness| witness.is_not_null());
            match there.reduce(|one, other| one.and(other)) {
                Some(there) => Expr::case(there, outcome).into(),
                None => outcome,
            }
        }
    }
}

/// Likewise, beside a known value that is there.
fn decided_beside_known(side: &Side, comparator: Comparator, order: Ordering) -> Expr {
    match comparator {
        Comparator::Same => Expr::Constant(false.into()),
        Comparator::NotSame => Expr::Constant(true.into()),
        _ => decided(side, &Side::Known(Cell::Null), comparator, order),
    }
}

fn known_outcome(order: Option<Ordering>, cells: (&Cell, &Cell), comparator: Comparator) -> Expr {
    let both_null = *cells.0 == Cell::Null && *cells.1 == Cell::Null;
    let same = both_null || order == Some(Ordering::Equal);
    match (comparator, order) {
        (Comparator::Same, _) => Expr::Constant(same.into()),
        (Comparator::NotSame, _) => Expr::Constant((!same).into()),
        (_, Some(order)) => Expr::Constant(fits(order, comparator).into()),
        (_, None) => null(),
    }
}

/// Equal or the same, NULL counting as '' on the sides that say so, without affinity.
fn compare_or_empty(left: Operand, comparator: Comparator, right: Operand) -> Expr {
    let (left_fills, right_fills) = (left.or_empty, right.or_empty);
    let is_equal = comparator != Comparator::NotSame;
    match (Side::of(left), Side::of(right)) {
        (Side::Flag(left), Side::Flag(right)) => same(left, is_equal, right),
        (left, right) => match (left.counted(), right.counted()) {
            // An unset number is no more equal to a number than '' is.
            (Side::Number(left, _), Side::Number(right, _)) => same(left, is_equal, right),
            (Side::Text(left), Side::Text(right)) => {
                let (left, right) = (filled(left, left_fills), filled(right, right_fills));
                native(left, comparator, right)
            }
            (Side::Text(text), Side::Known(Cell::Text(known)))
            | (Side::Known(Cell::Text(known)), Side::Text(text)) => {
                let text = if known.is_empty() { filled(text, true) } else { text };
                marked(text, never_null(comparator), known::mark_of_text(&known), ordered)
            }
            (Side::Number(number, _), Side::Known(cell @ (Cell::Integer(_) | Cell::Real(_))))
            | (Side::Known(cell @ (Cell::Integer(_) | Cell::Real(_))), Side::Number(number, _)) => {
                match known::mark_of_number(&cell) {
                    Some(mark) => {
                        marked(number, never_null(comparator), mark, |value, _| value.into())
                    }
                    None => Expr::Constant((!is_equal).into()),
                }
            }
            (left, right) => {
                let scalar = |side: Side, fills: bool| match (side, fills) {
                    (Side::Known(Cell::Null), true) => known::scalar(&Cell::Text(String::new())),
                    (side @ Side::Known(_), _) | (side, false) => side.scalar(),
                    (side, true) => {
                        let empty = cast(Expr::Constant("\"\"".into()), "jsonb");
                        Func::coalesce([side.scalar(), empty]).into()
                    }
                };
                native(scalar(left, left_fills), comparator, scalar(right, right_fills))
            }
        },
    }
}

/// Nothing is NULL where NULL counts as ''.
fn never_null(comparator: Comparator) -> Comparator {
    match comparator {
        Comparator::Equal => Comparator::Same,
        other => other,
    }
}

fn filled(text: Expr, fills: bool) -> Expr {
    match fills {
        true => Func::coalesce([text, Expr::Constant("".into())]).into(),
        false => text,
    }
}

/// Equal with NULL equal to NULL, or not so.
fn same(left: Expr, is_equal: bool, right: Expr) -> Expr {
    native(left, if is_equal { Comparator::Same } else { Comparator::NotSame }, right)
}

/// Compared as the database compares the type of both.
fn native(left: Expr, comparator: Comparator, right: Expr) -> Expr {
    let same = ["IS NOT DISTINCT FROM", "IS DISTINCT FROM"].map(BinOper::Custom);
    comparator.between(left, right, same)
}

/// Texts by their bytes.
fn texts(left: Expr, comparator: Comparator, right: Expr) -> Expr {
    match comparator {
        Comparator::Equal | Comparator::Same | Comparator::NotSame => {
            native(left, comparator, right)
        }
        _ => native(left, comparator, typed::c(right)),
    }
}

/// Scalars by their kinds and what they hold.
fn scalars(left: Expr, comparator: Comparator, right: Expr) -> Expr {
    match comparator {
        Comparator::Equal | Comparator::Same | Comparator::NotSame => {
            native(left, comparator, right)
        }
        _ => native(call("_up_compare", [left, right]), comparator, Expr::Constant(0.into())),
    }
}

fn fits(order: Ordering, comparator: Comparator) -> bool {
    match comparator {
        Comparator::Equal | Comparator::Same => order.is_eq(),
        Comparator::NotSame => order.is_ne(),
        Comparator::Less => order.is_lt(),
        Comparator::LessOrEqual => order.is_le(),
        Comparator::Greater => order.is_gt(),
        Comparator::GreaterOrEqual => order.is_ge(),
    }
}

fn flipped(comparator: Comparator) -> Comparator {
    match comparator {
        Comparator::Less => Comparator::Greater,
        Comparator::LessOrEqual => Comparator::GreaterOrEqual,
        Comparator::Greater => Comparator::Less,
        Comparator::GreaterOrEqual => Comparator::LessOrEqual,
        other => other,
    }
}

fn null() -> Expr {
    cast(Expr::null(), "boolean")
}
