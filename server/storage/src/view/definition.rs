//! A view as the database keeps it.
//!
//! Its columns are named apart from its query, so that they stay what they are when a column that
//! the query reads is renamed. An id that is not text, such as a row's number, is cast to it: ids
//! are compared as texts everywhere.

use underpin_model::field::ColumnShape;

use super::{
    checked_query,
    pinned::{pinned, unpinned},
};
use crate::{StorageResult, index_lexer::refused, quoting::quoted};

/// What a query's rows are called inside the view when its id is cast.
const ROWS: &str = "_rows";

/// A view to make.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewView {
    /// Its name.
    pub name: String,
    /// Its columns, as many as its query has.
    pub columns: Vec<String>,
    /// What they hold, in the same order.
    pub shapes: Vec<ColumnShape>,
    /// Its query.
    pub query: String,
    /// Whether the column `id` is a text by itself.
    pub has_text_id: bool,
}

impl NewView {
    /// The same view with columns that keep their names when what they read is renamed.
    ///
    /// # Errors
    /// [`crate::StorageError::Definition`] for a query that can't be read.
    pub fn pinned(&self) -> StorageResult<Self> {
        Ok(Self { query: pinned(&self.query)?, ..self.clone() })
    }

    /// The statement that makes it.
    pub(crate) fn statement(&self) -> StorageResult<String> {
        let query = checked_query(&self.query)?;
        Ok(format!("{}{query}{}", self.head(), self.tail()))
    }

    /// The view as a table that exists in one statement alone: `WITH … ` to put before a select.
    pub(crate) fn as_with(&self) -> StorageResult<String> {
        let (open, close) = self.around();
        let query = checked_query(&self.query)?;
        let (name, columns) = (quoted(&self.name), self.column_list());
        Ok(format!("WITH {name} ({columns}) AS (\n{open}{query}{close}\n) "))
    }

    /// The query inside the statement that the database keeps of this view.
    pub(crate) fn query_in(&self, statement: &str) -> StorageResult<String> {
        // The database cuts blanks off the end.
        let (head, tail) = (self.head(), self.tail());
        statement
            .strip_prefix(&head)
            .and_then(|rest| rest.trim_end().strip_suffix(tail.trim_end()))
            .ok_or_else(|| refused("the view is not as it was made"))
            .and_then(|query| unpinned(query.trim()))
    }

    fn head(&self) -> String {
        let (open, _) = self.around();
        format!("CREATE VIEW {} ({}) AS\n{open}", quoted(&self.name), self.column_list())
    }

    /// A line end first: the query may close with a comment.
    fn tail(&self) -> String {
        let (_, close) = self.around();
        format!("\n{close}")
    }

    /// What stands before and behind the query.
    fn around(&self) -> (String, String) {
        if self.has_text_id {
            return (String::new(), String::new());
        }
        let columns = self.columns.iter().map(|column| match column.as_str() {
            "id" => r#"CAST("id" AS TEXT)"#.to_owned(),
            other => quoted(other),
        });
        let selected: Vec<String> = columns.collect();
        let open = format!("WITH {} ({}) AS (\n", quoted(ROWS), self.column_list());
        (open, format!("\n) SELECT {} FROM {}", selected.join(", "), quoted(ROWS)))
    }

    fn column_list(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(|column| quoted(column)).collect();
        columns.join(", ")
    }
}
