//! Changes of tables as PostgreSQL's statements.

use underpin_model::field::ColumnShape::{self, Bool, Json, List, Number, Point, Text};

use super::{
    columns::{self, ROW_ORDER, columns_of, definition, type_of, unset},
    index, view,
    write_connection::PostgresWriter,
};
use crate::{
    NewColumn, StorageError, StorageResult, TableChange, quoting::quoted, statement::Statement,
};

/// Longest name, in bytes: the server cuts off what is longer.
const MAX_NAME: usize = 63;

impl PostgresWriter {
    pub(crate) async fn change_table(&mut self, change: &TableChange) -> StorageResult<()> {
        let text = match change {
            TableChange::Create { table, columns } => created(table, columns)?,
            TableChange::Rename { from, to } => {
                format!("ALTER TABLE {} RENAME TO {}", name(from)?, name(to)?)
            }
            TableChange::Drop { table } => format!("DROP TABLE {}", name(table)?),
            TableChange::AddColumn { table, column } => {
                name(&column.name)?;
                format!("ALTER TABLE {} ADD COLUMN {}", name(table)?, definition(column))
            }
            TableChange::RenameColumn { table, from, to } => {
                let (from, to) = (name(from)?, name(to)?);
                format!("ALTER TABLE {} RENAME COLUMN {from} TO {to}", name(table)?)
            }
            TableChange::DropColumn { table, column } => {
                format!("ALTER TABLE {} DROP COLUMN {}", name(table)?, name(column)?)
            }
            TableChange::ConvertColumn { from, to, .. } if from == to => return Ok(()),
            TableChange::ConvertColumn { table, column, from, to } => {
                converted(table, column, *from, *to)?
            }
            TableChange::CreateIndex(index) => {
                name(&index.name)?;
                let rows = self.rows(&Statement::postgres(&columns_of(&index.table))).await?;
                index::statement(index, &columns::read(&rows)?)?
            }
            TableChange::DropIndex { name: index } => {
                format!("DROP INDEX IF EXISTS {}", name(index)?)
            }
            TableChange::CreateView(new) => {
                name(&new.name)?;
                let query = self.translated(&new.query).await?;
                let types = self.output_of(&query).await?;
                view::statement(new, &query, &types)?
            }
            TableChange::DropView { name: view } | TableChange::DropRenamedView { name: view } => {
                format!("DROP VIEW IF EXISTS {} CASCADE", name(view)?)
            }
            TableChange::PinView(_) => return Ok(()),
            TableChange::RenameView { from, to, .. } => {
                format!("ALTER VIEW {} RENAME TO {}", name(from)?, name(to)?)
            }
        };
        self.execute(&Statement::vouched(text)).await?;
        self.forget_plans().await
    }
}

fn created(table: &str, columns: &[NewColumn]) -> StorageResult<String> {
    let mut all = vec![format!("{ROW_ORDER} bigint GENERATED ALWAYS AS IDENTITY UNIQUE")];
    for column in columns {
        name(&column.name)?;
        all.push(definition(column));
    }
    Ok(format!("CREATE TABLE {} ({})", name(table)?, all.join(", ")))
}

fn converted(
    table: &str,
    column: &str,
    from: ColumnShape,
    to: ColumnShape,
) -> StorageResult<String> {
    let (table, column) = (name(table)?, name(column)?);
    let using = conversion(&column, from, to);
    let alter = format!("ALTER COLUMN {column}");
    let (default, null) = match unset(to) {
        Some(unset) => (format!(", {alter} SET DEFAULT {unset}"), "SET NOT NULL"),
        None => (String::new(), "DROP NOT NULL"),
    };
    let kind = type_of(to);
    Ok(format!(
        "ALTER TABLE {table} {alter} DROP DEFAULT, {alter} DROP NOT NULL, \
         {alter} TYPE {kind} USING {using}{default}, {alter} {null}"
    ))
}

/// The value of a column in another shape: directly where something would be lost on the way,
/// else through its text.
fn conversion(column: &str, from: ColumnShape, to: ColumnShape) -> String {
    match (from, to) {
        (List, Json) => format!("{column}::json"),
        (Point, Json) => format!("_up_text_of_point({column})::json"),
        (Number, Bool) => format!("{column} <> 0"),
        (Bool, Number) => format!("{column}::int"),
        (Json, List) => format!("_up_list_of_json({column})"),
        _ => from_text(&to_text(column, from), to),
    }
}

fn to_text(column: &str, from: ColumnShape) -> String {
    match from {
        Text => column.to_owned(),
        Number => format!("_up_text_of_number({column})"),
        Bool => format!("CASE WHEN {column} THEN 'true' ELSE 'false' END"),
        List => format!("coalesce({column} ->> -1, '')"),
        Point => format!("_up_text_of_point({column})"),
        Json => format!("_up_text_of_json({column})"),
    }
}

fn from_text(text: &str, to: ColumnShape) -> String {
    match to {
        Text => text.to_owned(),
        Number => format!("_up_number_of_text({text})"),
        Bool => format!("lower({text}) IN ('1', 't', 'true', 'yes')"),
        List => {
            format!("CASE WHEN {text} = '' THEN '[]'::jsonb ELSE jsonb_build_array({text}) END")
        }
        Json => format!("_up_document(nullif({text}, ''))"),
        Point => format!("_up_point_of_text({text})"),
    }
}

/// A name in quotes.
fn name(name: &str) -> StorageResult<String> {
    let is_plain = !name.is_empty() && !name.contains(char::is_control) && name != ROW_ORDER;
    if !is_plain {
        return Err(refused("the name can't be used"));
    }
    if name.len() > MAX_NAME {
        return Err(refused("the name is longer than the 63 bytes that the database takes"));
    }
    Ok(quoted(name))
}

pub(super) fn refused(why: &str) -> StorageError {
    StorageError::Definition(why.to_owned())
}
