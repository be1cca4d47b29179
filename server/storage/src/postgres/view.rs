//! Views: the statement that makes one.
//!
//! A view's columns have the types of their shapes, whatever the query yields, and its texts are
//! compared byte by byte.

use underpin_model::field::ColumnShape;

use super::{columns::type_of, table_change::refused};
use crate::{NewView, StorageResult, quoting::quoted};

/// What a column of a query yields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) name: String,
    /// The type as the driver calls it.
    pub(super) kind: String,
    /// Where the value comes from: a relation's number, and its column's place there.
    pub(super) origin: Option<(u32, i16)>,
}

/// What stands before the query in the text of a view.
const HEAD: &str = " FROM (\n";
/// What stands behind it. A line end first: the query may close with a comment.
const TAIL: &str = "\n) _q";

/// The statement that makes a view of a query with these columns.
pub(super) fn statement(view: &NewView, query: &str, yields: &[Output]) -> StorageResult<String> {
    if yields.len() != view.columns.len() {
        return Err(refused("the query has other columns than the view"));
    }
    let given: Vec<String> = (0..yields.len()).map(|place| format!("_c{place}")).collect();
    let shown = |((place, name), output): ((usize, &String), &Output)| {
        let shape = match name.as_str() {
            "id" => ColumnShape::Text,
            _ => view.shapes.get(place).copied().unwrap_or(ColumnShape::Json),
        };
        format!("{} AS {}", cast(&format!("_q._c{place}"), output, shape), quoted(name))
    };
    let columns: Vec<String> = view.columns.iter().enumerate().zip(yields).map(shown).collect();
    Ok(format!(
        "CREATE VIEW {} AS SELECT {}{HEAD}{query}{TAIL} ({})",
        quoted(&view.name),
        columns.join(", "),
        given.join(", ")
    ))
}

/// A value as its shape wants it.
fn cast(value: &str, output: &Output, shape: ColumnShape) -> String {
    let kind = output.kind.as_str();
    let is_text = matches!(kind, "TEXT" | "VARCHAR" | "CHAR" | "NAME" | "UNKNOWN");
    match shape {
        // Shown as it is, so that what reads the view can tell where it comes from.
        ColumnShape::Text if kind == "TEXT" && output.origin.is_some() => value.to_owned(),
        ColumnShape::Text if kind == "FLOAT8" => {
            format!("_up_text_of_number({value}) COLLATE \"C\"")
        }
        ColumnShape::Text if kind == "BOOL" => format!("{value}::int::text COLLATE \"C\""),
        ColumnShape::Text => format!("{value}::text COLLATE \"C\""),
        ColumnShape::Number if is_text => format!("_up_number_of_text({value}::text)"),
        ColumnShape::Number if kind == "BOOL" => format!("{value}::int::double precision"),
        ColumnShape::Bool if is_text => {
            format!("lower({value}::text) IN ('1', 't', 'true', 'yes')")
        }
        ColumnShape::Bool if kind != "BOOL" => format!("{value} <> 0"),
        ColumnShape::Number | ColumnShape::Bool | ColumnShape::List | ColumnShape::Point => {
            format!("{value}::{}", type_of(shape))
        }
        ColumnShape::Json if matches!(kind, "JSON" | "JSONB") => format!("{value}::json"),
        ColumnShape::Json if is_text => format!("_up_document({value}::text)"),
        ColumnShape::Json if kind == "BOOL" => format!("to_json({value}::int)"),
        ColumnShape::Json => format!("to_json({value})"),
    }
}

/// The query inside the text that the server keeps of a view, which it prints in its own way.
pub(super) fn inner_query(definition: &str) -> Option<&str> {
    let (_, behind) = definition.split_once("FROM (")?;
    let (query, _) = behind.rsplit_once(") _q(")?;
    Some(query.trim())
}
