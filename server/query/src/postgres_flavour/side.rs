//! A side of a comparison as PostgreSQL sees it.

use sea_query::{Alias, BinOper, Expr, ExprTrait, Func};

use super::known;
use crate::{
    cell::Cell,
    flavour::{Kind, Operand},
};

/// A value by its type in SQL.
#[derive(Clone)]
pub(super) enum Side {
    /// Known beforehand.
    Known(Cell),
    /// `text`.
    Text(Expr),
    /// `double precision` or a whole number's type.
    Number(Expr, Whole),
    /// `boolean`, standing for 1 and 0.
    Flag(Expr),
    /// `jsonb`: a number or a text.
    Scalar(Expr),
}

/// Whether a number is whole.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Whole {
    Always,
    Never,
    WhereItCanBe,
}

impl Side {
    pub(super) fn of(operand: Operand) -> Self {
        let Operand { expr, kind, .. } = operand;
        match kind {
            Kind::Known(cell) => Self::Known(cell),
            Kind::Text => Self::Text(expr),
            Kind::List => Self::Text(call("_up_list_text", [expr])),
            Kind::Point => Self::Text(call("_up_point_text", [expr])),
            Kind::Number => Self::Number(expr, Whole::WhereItCanBe),
            Kind::Real => Self::Number(expr, Whole::Never),
            Kind::Integer => Self::Number(expr, Whole::Always),
            Kind::Bool => Self::Flag(expr),
            Kind::Document => Self::Scalar(call("_up_stored", [expr])),
            Kind::Scalar => Self::Scalar(expr),
        }
    }

    /// A flag as the number that it stands for.
    pub(super) fn counted(self) -> Self {
        match self {
            Self::Flag(flag) => Self::Number(cast(flag, "int"), Whole::Always),
            other => other,
        }
    }

    /// The value in a text's place.
    pub(super) fn text(self) -> Expr {
        match self.counted() {
            Self::Known(cell) => {
                let text = cell.to_text().map(|text| known::storable(&text));
                cast(Expr::val(text), "text")
            }
            Self::Text(text) => text,
            Self::Number(number, Whole::Always) => cast(number, "text"),
            Self::Number(number, Whole::Never) => call("_up_real_text", [number]),
            Self::Number(number, Whole::WhereItCanBe) => call("_up_number_text", [number]),
            Self::Scalar(scalar) => call("_up_text", [scalar]),
            Self::Flag(flag) => flag,
        }
    }

    /// The value as a scalar.
    pub(super) fn scalar(self) -> Expr {
        match self.counted() {
            Self::Known(cell) => known::scalar(&cell),
            Self::Text(text) => call("to_jsonb", [text]),
            Self::Number(number, Whole::Never) => call("_up_real", [number]),
            Self::Number(number, _) => call("_up_number", [number]),
            Self::Scalar(scalar) | Self::Flag(scalar) => scalar,
        }
    }

    /// The value as a scalar beside a number: a text that reads as a number is one.
    pub(super) fn numeric(self) -> Expr {
        match self {
            Self::Known(cell) => known::scalar(&known::numeric(&cell)),
            Self::Text(text) => call("_up_numeric", [text]),
            Self::Scalar(scalar) => call("_up_numeric", [scalar]),
            number => number.scalar(),
        }
    }

    /// The value as degrees; NULL when it is no number.
    pub(super) fn degrees(self) -> Expr {
        match self.counted() {
            Self::Known(cell) => {
                cast(Expr::val(known::real(&known::numeric(&cell))), "double precision")
            }
            Self::Number(number, _) => cast(number, "double precision"),
            other => call("_up_degrees", [other.scalar()]),
        }
    }

    /// Whether the value is true; NULL where it is.
    pub(super) fn truth(self) -> Expr {
        let leading = |text: Expr| {
            let number = call("substring", [text.clone(), Expr::val(LEADING_NUMBER)]);
            let number = call("_up_read_real", [number]);
            let number: Expr = Func::coalesce([number, Expr::Constant(0.into())]).into();
            Expr::case(text.is_not_null(), number.ne(Expr::Constant(0.into()))).into()
        };
        match self {
            Self::Known(cell) => match cell.truth() {
                Some(truth) => Expr::Constant(truth.into()),
                None => cast(Expr::null(), "boolean"),
            },
            Self::Flag(flag) => flag,
            Self::Number(number, _) => number.ne(Expr::Constant(0.into())),
            Self::Text(text) => leading(text),
            Self::Scalar(scalar) => {
                leading(scalar.binary(BinOper::Custom("#>>"), Expr::cust("'{}'")))
            }
        }
    }

    /// The value as the text of a moment: a number with all its digits.
    pub(super) fn moment(self) -> Expr {
        match self.counted() {
            Self::Number(number, _) => cast(number, "text"),
            Self::Known(Cell::Real(real)) => Expr::val(real.to_string()),
            Self::Scalar(scalar) => scalar.binary(BinOper::Custom("#>>"), Expr::cust("'{}'")),
            other => other.text(),
        }
    }

    /// What to order by.
    pub(super) fn ordered(self) -> Vec<Expr> {
        match self {
            Self::Known(_) => Vec::new(),
            Self::Text(text) => vec![typed::c(text)],
            Self::Number(number, _) => vec![number],
            Self::Flag(flag) => vec![flag],
            Self::Scalar(scalar) => {
                let text = call("_up_rank_text", [scalar.clone()]);
                vec![call("_up_rank", [scalar]), typed::c(text)]
            }
        }
    }

    /// What is NULL where the value is; nothing for what is known to be there.
    pub(super) fn witness(&self) -> Option<Expr> {
        match self {
            Self::Known(_) => None,
            Self::Text(expr) | Self::Number(expr, _) | Self::Flag(expr) | Self::Scalar(expr) => {
                Some(expr.clone())
            }
        }
    }
}

/// The number that a text begins with.
const LEADING_NUMBER: &str =
    r"^[ \t\n\v\f\r]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)";

/// A function's value.
pub(super) fn call<const N: usize>(function: &'static str, arguments: [Expr; N]) -> Expr {
    Func::cust(function).args(arguments).into()
}

/// The value as another type.
pub(super) fn cast(value: Expr, kind: &'static str) -> Expr {
    value.cast_as(Alias::new(kind))
}

pub(super) mod typed {
    //! Expressions with a collation.

    use sea_query::{Alias, BinOper, Expr, ExprTrait};

    /// The text, compared by its bytes.
    pub(in crate::postgres_flavour) fn c(text: Expr) -> Expr {
        text.binary(BinOper::Custom("COLLATE"), Expr::col(Alias::new("C")))
    }
}
