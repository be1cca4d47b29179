//! Changes of tables as data, and their statements. Data is kept by every one of them.
//!
//! Names reach SQL through sea-query's quoting alone.

use sea_query::{
    Alias, ColumnDef, Expr, ExprTrait, Func, Query, SelectStatement, SqliteQueryBuilder, Table,
    UpdateStatement,
};
use underpin_model::field::ColumnShape;

use crate::{
    IndexDefinition, NewView, StorageResult,
    column_conversion::converted,
    index_lexer::refused,
    postgres,
    quoting::quoted,
    statement::{Dialect, Statement},
};

/// Longest name of a table, column, index or view, in bytes.
const MAX_NAME: usize = 255;
/// Names with this beginning are SQLite's own.
const RESERVED: &str = "sqlite_";

/// One change of a table, column, index or view.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the names of the parts say what they are")]
pub enum TableChange {
    /// Makes a table.
    Create { table: String, columns: Vec<NewColumn> },
    /// Renames a table; its indexes follow.
    Rename { from: String, to: String },
    /// Removes a table with its rows and indexes.
    Drop { table: String },
    /// Adds a column, unset in every row.
    AddColumn { table: String, column: NewColumn },
    /// Renames a column; indexes follow.
    RenameColumn { table: String, from: String, to: String },
    /// Removes a column. Indexes that name it must be dropped before.
    DropColumn { table: String, column: String },
    /// Gives a column another shape and its values along. Indexes that name it must be dropped
    /// before.
    ConvertColumn { table: String, column: String, from: ColumnShape, to: ColumnShape },
    /// Makes an index.
    CreateIndex(IndexDefinition),
    /// Removes an index, if it is there.
    DropIndex { name: String },
    /// Makes a view of one query.
    CreateView(NewView),
    /// Removes a view, if it is there, and on some databases those that read it as well.
    DropView { name: String },
    /// Makes a view anew, so that it can follow a rename of what it reads; where views follow by
    /// themselves nothing is done.
    PinView(NewView),
    /// Renames a view; those that read it follow. What has the new name then is good for nothing
    /// but to be dropped with [`Self::DropRenamedView`].
    RenameView { from: String, to: String, columns: Vec<String> },
    /// Removes what renaming a view has left.
    DropRenamedView { name: String },
}

/// A column to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewColumn {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// The record's id: the primary key.
    Id,
    /// A field's value.
    Field(ColumnShape),
}

impl NewColumn {
    /// The primary key `id`.
    pub fn id() -> Self {
        Self { name: "id".to_owned(), kind: ColumnKind::Id }
    }

    /// A field's column.
    pub fn field(name: impl Into<String>, shape: ColumnShape) -> Self {
        Self { name: name.into(), kind: ColumnKind::Field(shape) }
    }

    fn definition(&self) -> StorageResult<ColumnDef> {
        let mut column = ColumnDef::new(alias(&self.name)?);
        match self.kind {
            ColumnKind::Id => column.custom("TEXT").primary_key().not_null(),
            ColumnKind::Field(ColumnShape::Text) => column.custom("TEXT").default("").not_null(),
            ColumnKind::Field(ColumnShape::Number) => {
                column.custom("NUMERIC").default(0).not_null()
            }
            ColumnKind::Field(ColumnShape::Bool) => {
                column.custom("BOOLEAN").default(false).not_null()
            }
            ColumnKind::Field(ColumnShape::List) => column.custom("JSON").default("[]").not_null(),
            ColumnKind::Field(ColumnShape::Json) => column.custom("JSON"),
            ColumnKind::Field(ColumnShape::Point) => {
                column.custom("JSON").default(r#"{"lon":0,"lat":0}"#).not_null()
            }
        };
        Ok(column)
    }
}

/// The statements of a change, in order.
pub(crate) fn statements(change: &TableChange) -> StorageResult<Vec<Statement>> {
    let text = match change {
        TableChange::Create { table, columns } => created(table, columns)?,
        TableChange::Rename { from, to } => {
            Table::rename().table(alias(from)?, alias(to)?).to_string(SqliteQueryBuilder)
        }
        TableChange::Drop { table } => {
            Table::drop().table(alias(table)?).to_string(SqliteQueryBuilder)
        }
        TableChange::AddColumn { table, column } => added(table, column)?,
        TableChange::RenameColumn { table, from, to } => renamed(table, from, to)?,
        TableChange::DropColumn { table, column } => dropped(table, column)?,
        TableChange::ConvertColumn { from, to, .. } if from == to => return Ok(Vec::new()),
        TableChange::ConvertColumn { table, column, from, to } => {
            return conversion(table, column, *from, *to);
        }
        TableChange::CreateIndex(index) => {
            alias(&index.name)?;
            index.to_sql()
        }
        TableChange::DropIndex { name } => {
            // sea-query's own `DROP INDEX` does not double quotes inside the name.
            format!("DROP INDEX IF EXISTS {}", quoted(checked(name)?))
        }
        TableChange::CreateView(view) => {
            checked(&view.name)?;
            view.statement()?
        }
        TableChange::DropView { name } => {
            format!("DROP VIEW IF EXISTS {}", quoted(checked(name)?))
        }
        TableChange::PinView(view) => {
            let drop = TableChange::DropView { name: view.name.clone() };
            return all(&[drop, TableChange::CreateView(view.pinned()?)]);
        }
        TableChange::RenameView { from, to, columns } => return renamed_view(from, to, columns),
        TableChange::DropRenamedView { name } => {
            Table::drop().table(alias(name)?).to_string(SqliteQueryBuilder)
        }
    };
    Ok(vec![Statement::vouched(text)])
}

fn all(changes: &[TableChange]) -> StorageResult<Vec<Statement>> {
    let each: StorageResult<Vec<_>> = changes.iter().map(statements).collect();
    Ok(each?.into_iter().flatten().collect())
}

/// A view can't be renamed, but a table can: one with the same columns takes its place, so that
/// whatever reads it follows.
fn renamed_view(from: &str, to: &str, columns: &[String]) -> StorageResult<Vec<Statement>> {
    let column = |name: &String| NewColumn::field(name, ColumnShape::Json);
    let passing = format!("_renaming_view_{from}");
    all(&[
        TableChange::DropView { name: from.to_owned() },
        TableChange::Create {
            table: from.to_owned(),
            columns: columns.iter().map(column).collect(),
        },
        TableChange::Rename { from: from.to_owned(), to: passing.clone() },
        TableChange::Rename { from: passing, to: to.to_owned() },
    ])
}

/// A new column takes the values along, the old one goes, the new one gets its name.
fn conversion(
    table: &str,
    column: &str,
    from: ColumnShape,
    to: ColumnShape,
) -> StorageResult<Vec<Statement>> {
    let passing = format!("{column}_converted");
    let new = NewColumn::field(passing.as_str(), to);
    let update: UpdateStatement = Query::update()
        .table(alias(table)?)
        .value(alias(&passing)?, converted(table, column, from, to))
        .take();
    Ok(vec![
        Statement::vouched(added(table, &new)?),
        Statement::sqlite(&update),
        Statement::vouched(dropped(table, column)?),
        Statement::vouched(renamed(table, &passing, column)?),
    ])
}

fn created(table: &str, columns: &[NewColumn]) -> StorageResult<String> {
    let mut create = Table::create();
    create.table(alias(table)?);
    for column in columns {
        create.col(column.definition()?);
    }
    Ok(create.to_string(SqliteQueryBuilder))
}

fn added(table: &str, column: &NewColumn) -> StorageResult<String> {
    let mut alter = Table::alter();
    alter.table(alias(table)?).add_column(column.definition()?);
    Ok(alter.to_string(SqliteQueryBuilder))
}

fn renamed(table: &str, from: &str, to: &str) -> StorageResult<String> {
    let mut alter = Table::alter();
    alter.table(alias(table)?).rename_column(alias(from)?, alias(to)?);
    Ok(alter.to_string(SqliteQueryBuilder))
}

fn dropped(table: &str, column: &str) -> StorageResult<String> {
    let mut alter = Table::alter();
    alter.table(alias(table)?).drop_column(alias(column)?);
    Ok(alter.to_string(SqliteQueryBuilder))
}

/// Name and declared type of each column.
pub(crate) fn columns_of(dialect: Dialect, table: &str) -> SelectStatement {
    if dialect == Dialect::Postgres {
        return postgres::columns_of(table);
    }
    let call = Func::cust("pragma_table_info").arg(Expr::val(table));
    Query::select().columns(["name", "type"]).from_function(call, "info").take()
}

fn alias(name: &str) -> StorageResult<Alias> {
    checked(name).map(Alias::new)
}

fn checked(name: &str) -> StorageResult<&str> {
    let is_plain = !name.is_empty() && name.len() <= MAX_NAME && !name.contains(char::is_control);
    let is_reserved =
        name.get(..RESERVED.len()).is_some_and(|start| start.eq_ignore_ascii_case(RESERVED));
    if is_plain && !is_reserved { Ok(name) } else { Err(refused("the name can't be used")) }
}

/// The statement that a view was made with.
pub(crate) fn statement_of_view(name: &str) -> SelectStatement {
    let is = |column: &'static str, value: &str| Expr::col(column).eq(value);
    Query::select()
        .column("sql")
        .from("sqlite_master")
        .and_where(is("type", "view"))
        .and_where(is("name", name))
        .take()
}

#[cfg(test)]
mod tests;
