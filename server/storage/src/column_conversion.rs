//! A column's values in another shape: text → `["text"]`, list → its last item, and so on.
//!
//! Every conversion but the direct ones goes through text. What can't be read becomes the new
//! shape's unset value, as it does for a submitted value.

use sea_query::{Alias, Expr, Query, SelectStatement, SubQueryStatement};
use underpin_model::field::ColumnShape;

/// `v` is the old value.
const OLD: &str = "v";

/// The expression that turns a row's value of one shape into another.
pub(crate) fn converted(table: &str, column: &str, from: ColumnShape, to: ColumnShape) -> Expr {
    let old = select(Expr::col((Alias::new(table), Alias::new(column))), None);
    match direct(from, to) {
        Some(expression) => scalar(expression, old),
        None => scalar(from_text(to), select_text(from, old)),
    }
}

/// Conversions that would lose something on the way through text.
fn direct(from: ColumnShape, to: ColumnShape) -> Option<&'static str> {
    match (from, to) {
        (ColumnShape::List | ColumnShape::Point, ColumnShape::Json) => Some("v"),
        (ColumnShape::Number, ColumnShape::Bool) => Some("v <> 0"),
        (ColumnShape::Bool, ColumnShape::Number) => Some("v"),
        (ColumnShape::Json, ColumnShape::List) => Some(
            "CASE WHEN v IS NULL OR v = 'null' OR v = '' THEN '[]' \
             WHEN NOT json_valid(v) THEN json_array(v) \
             WHEN json_type(v) <> 'array' THEN json_array(json_extract(v, '$')) \
             ELSE (SELECT json_group_array(CAST(value AS TEXT)) FROM json_each(v)) END",
        ),
        _ => None,
    }
}

/// The value as text.
fn to_text(from: ColumnShape) -> &'static str {
    match from {
        ColumnShape::Text | ColumnShape::Point => "v",
        ColumnShape::Number => "CAST(v AS TEXT)",
        ColumnShape::Bool => "CASE WHEN v THEN 'true' ELSE 'false' END",
        ColumnShape::List => {
            "CASE WHEN json_valid(v) THEN COALESCE(json_extract(v, '$[#-1]'), '') ELSE '' END"
        }
        ColumnShape::Json => {
            "CASE WHEN v IS NULL OR v = 'null' THEN '' \
             WHEN json_valid(v) AND json_type(v) = 'text' THEN json_extract(v, '$') ELSE v END"
        }
    }
}

/// The value from text.
fn from_text(to: ColumnShape) -> &'static str {
    match to {
        ColumnShape::Text => "v",
        ColumnShape::Number => "CAST(v AS NUMERIC)",
        ColumnShape::Bool => "lower(v) IN ('1', 't', 'true', 'yes')",
        ColumnShape::List => "CASE WHEN v = '' THEN '[]' ELSE json_array(v) END",
        ColumnShape::Json => {
            "CASE WHEN v = '' THEN NULL WHEN json_valid(v) THEN v ELSE json_quote(v) END"
        }
        ColumnShape::Point => {
            r#"CASE WHEN json_valid(v) AND json_type(v, '$.lon') IN ('integer', 'real')
             AND json_type(v, '$.lat') IN ('integer', 'real') THEN v
             ELSE '{"lon":0,"lat":0}' END"#
        }
    }
}

fn select_text(from: ColumnShape, old: SelectStatement) -> SelectStatement {
    select(Expr::cust(to_text(from)), Some(old))
}

fn select(expression: Expr, from: Option<SelectStatement>) -> SelectStatement {
    let mut select = Query::select();
    select.expr_as(expression, OLD);
    if let Some(from) = from {
        select.from_subquery(from, "old");
    }
    select
}

fn scalar(expression: &'static str, from: SelectStatement) -> Expr {
    let select = select(Expr::cust(expression), Some(from));
    Expr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(select)))
}
