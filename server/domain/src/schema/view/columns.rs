//! The fields of a view.
//!
//! A column that comes straight from a collection's field is that field under the column's name;
//! one that is another record's id is a relation to it; casts and counts have their type; anything
//! else is a JSON document.

use std::sync::Arc;

use underpin_model::{
    Collection, Field, FieldOptions,
    field::{
        BoolOptions, JsonOptions, NumberOptions, RelationOptions, STANDARD_ID_PATTERN, TextOptions,
    },
    id,
};
use underpin_storage::{ShapeColumn, ViewColumn, ViewQuery, ViewShape};

use super::super::next::Next;

/// How the id of a field that stands for another one begins.
const CLONE: &str = "_clone_";

/// The fields that a query yields. Those of `old` keep their ids.
pub(super) fn fields(
    next: &Next,
    old: Option<&Collection>,
    query: &ViewQuery,
    shape: &ViewShape,
) -> Vec<Field> {
    let is_known = query.columns.len() == shape.columns.len();
    let mut fields: Vec<Field> = Vec::with_capacity(shape.columns.len());
    for (place, column) in shape.columns.iter().enumerate() {
        let kind = query.columns.get(place).filter(|_| is_known).unwrap_or(&ViewColumn::Other);
        let mut field = field(next, query, kind, column);
        if field.id.is_empty() {
            field.id = clone_id(old, &fields, &field);
        }
        fields.push(field);
    }
    fields
}

fn field(next: &Next, query: &ViewQuery, kind: &ViewColumn, column: &ShapeColumn) -> Field {
    let name = column.name.as_str();
    if name == "id" {
        return id_field();
    }
    let number = |only_int| {
        let options = NumberOptions { only_int, ..NumberOptions::default() };
        Field::new(name, FieldOptions::Number(options))
    };
    match kind {
        ViewColumn::Column { source, name: from } => {
            taken(next, query, source.as_deref(), from, name)
        }
        ViewColumn::Cast(to) => match to.as_str() {
            "int" | "integer" => Some(number(true)),
            "real" | "decimal" | "numeric" => Some(number(false)),
            "bool" | "boolean" => {
                Some(Field::new(name, FieldOptions::Bool(BoolOptions::default())))
            }
            "text" => Some(Field::new(name, FieldOptions::Text(TextOptions::default()))),
            _ => None,
        },
        ViewColumn::Count => Some(number(true)),
        ViewColumn::Total => Some(number(false)),
        ViewColumn::Other => None,
    }
    .unwrap_or_else(|| document(next, column))
}

/// A column that the query takes by its name from a table that it names.
fn taken(
    next: &Next,
    query: &ViewQuery,
    source: Option<&str>,
    from: &str,
    name: &str,
) -> Option<Field> {
    let collection = source_collection(next.collections(), query, source)?;
    if from == "id" {
        let collection_id = collection.id.clone();
        let options = RelationOptions { collection_id, max_select: 1, ..Default::default() };
        return Some(Field::new(name, FieldOptions::Relation(options)));
    }
    let field = collection.field(from)?;
    Some(Field { id: String::new(), name: name.to_owned(), ..field.clone() })
}

/// The collection whose table a name before a column stands for.
pub(super) fn source_collection<'c>(
    collections: &'c [Arc<Collection>],
    query: &ViewQuery,
    source: Option<&str>,
) -> Option<&'c Arc<Collection>> {
    let source = query.source(source)?;
    collections.iter().find(|collection| collection.name == source.table)
}

/// A document. It is hidden if it shows a hidden field, be it from deep inside the query.
fn document(next: &Next, column: &ShapeColumn) -> Field {
    let origin = column.origin.as_ref().and_then(|origin| {
        next.by_name(&origin.table)?
            .fields
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(&origin.column))
    });
    let options = FieldOptions::Json(JsonOptions { max_size: 1 });
    let hidden = origin.is_some_and(|field| field.hidden);
    Field { hidden, ..Field::new(&column.name, options) }
}

fn id_field() -> Field {
    let options = TextOptions {
        pattern: STANDARD_ID_PATTERN.to_owned(),
        primary_key: true,
        ..TextOptions::default()
    };
    Field { system: true, required: true, ..Field::new("id", FieldOptions::Text(options)) }
}

/// The id that the field had before, or one made from its name.
fn clone_id(old: Option<&Collection>, earlier: &[Field], field: &Field) -> String {
    let known = old
        .and_then(|old| old.field(&field.name))
        .filter(|known| known.id.starts_with(CLONE) && known.type_name() == field.type_name());
    let is_free = |id: &str| !earlier.iter().any(|other| other.id == id);
    if let Some(known) = known.filter(|known| is_free(&known.id)) {
        return known.id.clone();
    }
    let digits = id::field_id("", &field.name);
    let last_four = digits.get(digits.len().saturating_sub(4)..).unwrap_or(&digits);
    let first = format!("{CLONE}{last_four}");
    if is_free(&first) { first } else { format!("{CLONE}{}", id::random_lowercase(4)) }
}
