//! What is moved: tables, their columns, and what the order of their rows is.

use std::fmt::Write;

use underpin_model::field::ColumnShape;

use crate::{ColumnKind, NewColumn, quoting::quoted, statement::Dialect};

/// A table whose rows are moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedTable {
    /// Its name.
    pub name: String,
    /// What its rows are ordered by.
    pub key: RowKey,
    /// Its columns, without the number of rows unless that is a column like any other.
    pub columns: Vec<MovedColumn>,
}

/// What the rows of a table are ordered by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowKey {
    /// A number, which every row keeps. Its column is called differently by each database.
    Number {
        /// By SQLite.
        sqlite: &'static str,
        /// By PostgreSQL.
        postgres: &'static str,
    },
    /// Columns of texts. Such a table is small, and moved in one piece.
    Texts(Vec<&'static str>),
}

/// A column and what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedColumn {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: CellKind,
}

/// What a column holds, whichever database it is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellKind {
    /// Text.
    Text,
    /// A whole number.
    Whole,
    /// A number.
    Number,
    /// A truth value.
    Flag,
    /// A JSON array, mostly of texts.
    List,
    /// Any JSON document.
    Document,
    /// A place on Earth.
    Point,
}

impl MovedTable {
    /// The table of a collection.
    pub fn of_collection(name: &str, columns: &[NewColumn]) -> Self {
        let key = RowKey::Number { sqlite: "rowid", postgres: crate::postgres::ROW_ORDER };
        let column = |column: &NewColumn| MovedColumn {
            name: column.name.clone(),
            kind: match column.kind {
                ColumnKind::Id => CellKind::Text,
                ColumnKind::Field(shape) => CellKind::from(shape),
            },
        };
        Self { name: name.to_owned(), key, columns: columns.iter().map(column).collect() }
    }

    /// The column of the rows' numbers, if they have some.
    pub(crate) fn number_column(&self, dialect: Dialect) -> Option<&'static str> {
        match (&self.key, dialect) {
            (RowKey::Number { sqlite, .. }, Dialect::Sqlite) => Some(sqlite),
            (RowKey::Number { postgres, .. }, Dialect::Postgres) => Some(postgres),
            (RowKey::Texts(_), _) => None,
        }
    }

    /// The names of all columns that are written, that of the rows' numbers first.
    pub(crate) fn column_list(&self, dialect: Dialect) -> String {
        let number = self.number_column(dialect);
        let names = number.into_iter().chain(self.columns.iter().map(|column| &*column.name));
        names.map(quoted).collect::<Vec<_>>().join(", ")
    }

    /// The select of all rows behind a number, in their order; a number comes first in each.
    pub(crate) fn select(&self, dialect: Dialect, after: Option<i64>) -> String {
        let number = self.number_column(dialect).map(quoted);
        let columns: Vec<String> = self.columns.iter().map(|column| quoted(&column.name)).collect();
        let mut text = format!(
            "SELECT {}, {} FROM {}",
            number.as_deref().unwrap_or("0"),
            columns.join(", "),
            quoted(&self.name)
        );
        let (Some(number), Some(after)) = (&number, after) else {
            let order = match &self.key {
                RowKey::Number { .. } => number.unwrap_or_default(),
                RowKey::Texts(names) => {
                    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
                }
            };
            let _ = write!(text, " ORDER BY {order}");
            return text;
        };
        let _ = write!(text, " WHERE {number} > {after} ORDER BY {number}");
        text
    }
}

impl From<ColumnShape> for CellKind {
    fn from(shape: ColumnShape) -> Self {
        match shape {
            ColumnShape::Text => Self::Text,
            ColumnShape::Number => Self::Number,
            ColumnShape::Bool => Self::Flag,
            ColumnShape::List => Self::List,
            ColumnShape::Json => Self::Document,
            ColumnShape::Point => Self::Point,
        }
    }
}
