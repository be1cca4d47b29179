//! Columns of tables: their types, and what the server knows of them.

use std::collections::HashMap;

use sea_query::{Expr, ExprTrait, Order, Query, SelectStatement};
use underpin_model::field::ColumnShape;

use crate::{ColumnKind, NewColumn, Row, StorageResult, quoting::quoted};

/// The order in which a table's records were made. Nothing above this crate sees it.
pub(crate) const ROW_ORDER: &str = "_rowid";

/// The columns of a table by their names in lower case: the name as it is, and the type.
pub(super) type Columns = HashMap<String, (String, String)>;

/// The type of a shape's column.
pub(super) fn type_of(shape: ColumnShape) -> &'static str {
    match shape {
        ColumnShape::Text => "text COLLATE \"C\"",
        ColumnShape::Number => "double precision",
        ColumnShape::Bool => "boolean",
        ColumnShape::List | ColumnShape::Point => "jsonb",
        ColumnShape::Json => "json",
    }
}

/// The unset value of a shape; nothing where that is null.
pub(super) fn unset(shape: ColumnShape) -> Option<&'static str> {
    match shape {
        ColumnShape::Text => Some("''"),
        ColumnShape::Number => Some("0"),
        ColumnShape::Bool => Some("false"),
        ColumnShape::List => Some("'[]'"),
        ColumnShape::Point => Some("'{\"lon\":0,\"lat\":0}'"),
        ColumnShape::Json => None,
    }
}

/// A column as it stands in the making of a table.
pub(super) fn definition(column: &NewColumn) -> String {
    let name = quoted(&column.name);
    match column.kind {
        ColumnKind::Id => format!("{name} text COLLATE \"C\" PRIMARY KEY"),
        ColumnKind::Field(shape) => match unset(shape) {
            Some(unset) => format!("{name} {} NOT NULL DEFAULT {unset}", type_of(shape)),
            None => format!("{name} {}", type_of(shape)),
        },
    }
}

/// Name and type of each column that anybody may see.
pub(crate) fn columns_of(table: &str) -> SelectStatement {
    let kind = Expr::cust("format_type(atttypid, NULL)");
    let of_table = Expr::cust_with_values("attrelid = to_regclass(quote_ident($1))", [table]);
    Query::select()
        .expr_as(Expr::col("attname"), "name")
        .expr_as(kind, "type")
        .from("pg_attribute")
        .and_where(of_table)
        .and_where(Expr::cust("attnum > 0 AND NOT attisdropped"))
        .and_where(Expr::col("attname").ne(ROW_ORDER))
        .order_by("attnum", Order::Asc)
        .take()
}

/// The columns that a select of [`columns_of`] gave.
pub(super) fn read(rows: &[Row]) -> StorageResult<Columns> {
    let column = |row: &Row| {
        let name = row.text("name")?.to_owned();
        Ok((name.to_lowercase(), (name, row.text("type")?.to_owned())))
    };
    rows.iter().map(column).collect()
}
