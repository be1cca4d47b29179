//! Rows as JSON texts.

use sea_query::{Alias, BinOper, Expr, ExprTrait, Func, Query};
use underpin_model::field::ColumnShape;

use super::side::{call, cast};

/// Longer names are cut short by the database.
const MAX_NAME_BYTES: usize = 63;

/// Members of one object by its function, which takes 100 arguments.
const MAX_MEMBERS: usize = 50;

/// A column's value as a member.
pub(super) fn member(shape: ColumnShape, column: Expr) -> Expr {
    match shape {
        ColumnShape::Number => call("_up_number_member", [column]),
        ColumnShape::Point => {
            let part = |name: &'static str| {
                column.clone().binary(BinOper::Custom("->"), Expr::Constant(name.into()))
            };
            let name = |name: &'static str| Expr::Constant(name.into());
            let parts = [name("lon"), part("lon"), name("lat"), part("lat")];
            call("json_build_object", parts)
        }
        _ => column,
    }
}

/// A view's column, which may be NULL, as a member.
pub(super) fn member_of_view(shape: ColumnShape, column: Expr) -> Expr {
    let or = |unset: Expr| Expr::from(Func::coalesce([column.clone(), unset]));
    match shape {
        ColumnShape::Text => or(Expr::Constant("".into())),
        ColumnShape::Number => member(shape, or(Expr::Constant(0.into()))),
        ColumnShape::Bool => or(Expr::Constant(false.into())),
        ColumnShape::List => or(cast(Expr::Constant("[]".into()), "jsonb")),
        ColumnShape::Point => {
            let nowhere = r#"{"lon":0,"lat":0}"#;
            member(shape, or(cast(Expr::Constant(nowhere.into()), "jsonb")))
        }
        ColumnShape::Json => column,
    }
}

/// An object's text. A row is the quickest way, where its names are short enough.
pub(super) fn object(members: Vec<(String, Expr)>) -> Expr {
    if members.iter().any(|(name, _)| name.len() > MAX_NAME_BYTES) {
        return long_named_object(&members);
    }
    let mut row = Query::select();
    for (name, value) in members {
        row.expr_as(value, Alias::new(name));
    }
    let mut object = Query::select();
    object
        .expr(call("row_to_json", [Expr::col(Alias::new("object"))]))
        .from_subquery(row, Alias::new("object"));
    cast(Expr::SubQuery(None, Box::new(object.into())), "text")
}

/// As [`object`], in parts that are joined as texts: the first loses its end, the second its
/// beginning.
fn long_named_object(members: &[(String, Expr)]) -> Expr {
    let object = |part: &[(String, Expr)]| {
        let arguments = part
            .iter()
            .flat_map(|(key, value)| [cast(Expr::val(key.as_str()), "text"), value.clone()]);
        cast(Func::cust("json_build_object").args(arguments).into(), "text")
    };
    let concat = BinOper::Custom("||");
    let joined = members.chunks(MAX_MEMBERS).map(object).reduce(|left: Expr, right| {
        let left = call("left", [left, Expr::Constant((-1).into())]);
        let right = call("substr", [right, Expr::Constant(2.into())]);
        left.binary(concat, Expr::Constant(",".into())).binary(concat, right)
    });
    joined.unwrap_or_else(|| Expr::Constant("{}".into()))
}

/// The array of all rows' items.
pub(super) fn array_of(item: Expr) -> Expr {
    let items = call("string_agg", [item, Expr::Constant(",".into())]);
    let items = Func::coalesce([items, Expr::Constant("".into())]);
    let concat = BinOper::Custom("||");
    let start = Expr::Constant("[".into()).binary(concat, Expr::from(items));
    start.binary(concat, Expr::Constant("]".into()))
}
