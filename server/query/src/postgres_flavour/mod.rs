//! PostgreSQL, 15 and newer.
//!
//! SQLite's comparisons are the meaning of the language, and PostgreSQL's types are strict: what is
//! known of both sides beforehand decides how they are compared. Columns beside values of their
//! kind are compared natively, so that indexes are used. What is only known when it is read goes
//! through the functions of `migrations/postgres`.

mod compare;
mod known;
mod members;
mod side;

use sea_query::{Alias, BinOper, Expr, ExprTrait, Func, IntoIden, NullOrdering, TableRef};
use underpin_model::{Collection, Json, field::ColumnShape};

use self::side::{Side, call, cast, typed};
use crate::{
    cell::Cell,
    flavour::{Comparator, Flavour, JsonStep, Kind, LikePattern, Operand, Ordered},
};

/// PostgreSQL.
pub struct PostgresFlavour;

impl Flavour for PostgresFlavour {
    fn bind(&self, cell: &Cell) -> Expr {
        match cell {
            Cell::Null => cast(Expr::null(), "text"),
            Cell::Integer(integer) => Expr::val(*integer),
            Cell::Real(real) => Expr::val(*real),
            Cell::Text(text) => Expr::val(known::storable(text)),
        }
    }

    fn typed_bind(&self, shape: ColumnShape, stored: &Cell) -> Expr {
        match shape {
            ColumnShape::Text => typed::c(cast(
                Expr::val(stored.to_text().map(|text| known::storable(&text))),
                "text",
            )),
            ColumnShape::Number => cast(Expr::val(known::real(stored)), "double precision"),
            ColumnShape::Bool => cast(Expr::val(known::real(stored).map(|n| n != 0.0)), "boolean"),
            ColumnShape::List | ColumnShape::Point => {
                let text = stored.to_text().map(|text| known::storable_document(&text));
                cast(Expr::val(text), "jsonb")
            }
            ColumnShape::Json => cast(Expr::val(known::document(stored)), "json"),
        }
    }

    /// A text that can't be kept is left as it is: the server refuses it, and so it is not
    /// changed unseen.
    fn stored(&self, shape: ColumnShape, cell: &Cell) -> Expr {
        match shape {
            ColumnShape::Text => cast(Expr::val(cell.to_text()), "text"),
            ColumnShape::List | ColumnShape::Point => cast(Expr::val(cell.to_text()), "jsonb"),
            other => self.typed_bind(other, cell),
        }
    }

    fn compare(&self, left: Operand, comparator: Comparator, right: Operand) -> Expr {
        compare::compare(left, comparator, right)
    }

    fn text(&self, value: Operand) -> Expr {
        Side::of(value).text()
    }

    fn like(&self, value: Operand, pattern: LikePattern) -> Expr {
        let value = typed::c(self.text(value));
        let pattern = match pattern {
            LikePattern::Known(Cell::Text(pattern)) if known::ends_in_escape(&pattern) => {
                // There is nothing that the last sign could stand for.
                return Expr::case(value.is_not_null(), Expr::Constant(false.into())).into();
            }
            LikePattern::Known(cell) => cast(self.bind(&cell), "text"),
            LikePattern::Around(text) => {
                let concat = BinOper::Custom("||");
                let start = Expr::Constant("%".into()).binary(concat, self.text(text));
                start.binary(concat, Expr::Constant("%".into()))
            }
        };
        value.binary(BinOper::Custom("ILIKE"), pattern)
    }

    fn lower(&self, value: Operand) -> Expr {
        Func::lower(typed::c(self.text(value))).into()
    }

    fn is_not(&self, value: Operand, truth: bool) -> Expr {
        Side::of(value).truth().binary(BinOper::IsNot, Expr::Constant(truth.into()))
    }

    fn is_not_true(&self, condition: Expr) -> Expr {
        Expr::expr(Func::coalesce([condition, Expr::Constant(false.into())])).not()
    }

    fn json_extract(&self, column: Expr, path: &[JsonStep]) -> Expr {
        let mut part = column;
        for step in path {
            part = match step {
                JsonStep::Key(key) => into(part, cast(Expr::val(known::storable(key)), "text")),
                JsonStep::Index(index) => match i32::try_from(*index) {
                    Ok(index) => into(part, cast(Expr::val(index), "int")),
                    Err(_) => return cast(Expr::null(), "jsonb"),
                },
            };
        }
        call("_up_value", [part])
    }

    fn list_length(&self, column: Expr) -> Expr {
        Func::coalesce([call("_up_length", [column]), Expr::Constant(0.into())]).into()
    }

    fn list_items(&self, column: Expr, alias: &str) -> TableRef {
        TableRef::FunctionCall(Func::cust("_up_items").arg(column), Alias::new(alias).into_iden())
    }

    fn bound_items(&self, list: &[String], alias: &str) -> TableRef {
        self.list_items(bound_list(list), alias)
    }

    fn item(&self, alias: &str) -> Expr {
        Expr::col((Alias::new(alias), Alias::new("value")))
    }

    fn may_contain(&self, column: Expr, item: &str) -> Option<Expr> {
        self.contains(column, cast(Expr::val(known::storable(item)), "text"))
    }

    fn contains(&self, column: Expr, item: Expr) -> Option<Expr> {
        Some(column.binary(BinOper::Custom("?"), item))
    }

    fn contains_any(&self, column: Expr, items: &[String]) -> Option<Expr> {
        let texts = call("_up_texts", [bound_list(items)]);
        Some(column.binary(BinOper::Custom("?|"), texts))
    }

    fn item_order(&self, alias: &str) -> Option<Expr> {
        Some(Expr::col((Alias::new(alias), Alias::new("key"))))
    }

    fn distance(&self, degrees: [Operand; 4]) -> Expr {
        call("_up_distance", degrees.map(|part| Side::of(part).degrees()))
    }

    fn strftime(&self, arguments: Vec<Operand>) -> Expr {
        let mut texts = arguments.into_iter();
        let format = texts.next().map_or(Expr::null(), |format| self.text(format));
        let moment = texts.next().map_or(Expr::val("now"), |moment| Side::of(moment).moment());
        let modifiers: Json = texts.filter_map(|modifier| known_text(&modifier.kind)).collect();
        let modifiers = cast(Expr::val(modifiers.to_string()), "jsonb");
        call("_up_strftime", [cast(format, "text"), cast(moment, "text"), modifiers])
    }

    fn json_member(&self, shape: ColumnShape, column: Expr) -> Expr {
        members::member(shape, column)
    }

    fn json_member_of_view(&self, shape: ColumnShape, column: Expr) -> Expr {
        members::member_of_view(shape, column)
    }

    fn json_object(&self, members: Vec<(String, Expr)>) -> Expr {
        members::object(members)
    }

    fn json_array_of(&self, item: Expr) -> Expr {
        members::array_of(item)
    }

    fn insertion_order(&self, collection: &Collection, alias: &str) -> Option<Expr> {
        let made = Expr::col((Alias::new(alias), Alias::new("_rowid")));
        (!collection.is_view()).then_some(made)
    }

    fn order(&self, key: Operand, descending: bool, may_be_null: bool) -> Vec<Ordered> {
        let nulls = may_be_null.then_some(match descending {
            true => NullOrdering::Last,
            false => NullOrdering::First,
        });
        Side::of(key).ordered().into_iter().map(|expr| (expr, nulls)).collect()
    }

    fn shown(&self, key: Operand) -> Expr {
        match (&key.kind, Side::of(key.clone())) {
            (Kind::Known(cell), _) => self.bind(cell),
            (Kind::Integer, _) => cast(key.expr, "bigint"),
            (_, Side::Flag(flag)) => cast(cast(flag, "int"), "bigint"),
            (_, Side::Text(text)) => text,
            _ => key.expr,
        }
    }

    fn random(&self) -> Expr {
        call("random", [])
    }
}

/// A step into a document.
fn into(document: Expr, step: Expr) -> Expr {
    document.binary(BinOper::Custom("->"), step)
}

/// Texts as a list's column would hold them.
fn bound_list(list: &[String]) -> Expr {
    let list: Json = list.iter().map(|item| known::storable(item)).collect();
    cast(Expr::val(list.to_string()), "jsonb")
}

/// The text that is known, for what takes no other; the language sees to it that it is.
fn known_text(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Known(cell) => cell.to_text().map(|text| known::storable(&text)),
        _ => None,
    }
}
