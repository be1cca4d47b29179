//! A superuser's own statements.
//!
//! The text is run as it is, so everything that holds is held by the database: what may be read
//! and written is decided by SQLite's authorizer, and on PostgreSQL by what the server's parser
//! makes of the text before it is run. Tables are changed by the schema alone.

mod sqlite;
#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeSet, HashMap},
    time::Duration,
};

pub(crate) use self::sqlite::{read, run};

/// Most bytes of an answer: rows are kept in memory until they are sent.
pub(crate) const MAX_ANSWER_BYTES: usize = 16 * 1024 * 1024;
/// What is said of longer ones.
pub(crate) const TOO_MUCH: &str = "the answer is too large: ask for less";
/// What is said of a change to a table.
pub(crate) const DEFINES: &str =
    "this changes tables or the database itself: collections are changed through their own pages";
/// What is said of a write where it was not asked for.
pub(crate) const WRITES: &str = "this writes: send \"write\": true along if that is meant";

/// Statements, and what they may do.
#[derive(Clone, Debug)]
pub struct ConsoleAsk {
    /// The statements.
    pub text: String,
    /// Whether they may write.
    pub writes: bool,
    /// The tables that they may touch, by name.
    pub tables: HashMap<String, ConsoleTable>,
    /// Rows that are told of, at most.
    pub most_rows: usize,
    /// How long they may take.
    pub limit: Duration,
}

/// What may be done with a table.
#[derive(Clone, Debug, Default)]
pub struct ConsoleTable {
    /// Whether it may be written.
    pub is_writable: bool,
    /// Columns that nobody sees, in lower case.
    pub hidden: BTreeSet<String>,
}

/// What the last statement yielded.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConsoleAnswer {
    /// The columns, in their order.
    pub columns: Vec<ConsoleColumn>,
    /// The rows: every value as text, nothing for null.
    pub rows: Vec<Vec<Option<String>>>,
    /// The rows that it wrote.
    pub affected: u64,
}

/// A column of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsoleColumn {
    /// Its name.
    pub name: String,
    /// Its type as it was declared; empty for none.
    pub kind: String,
}

impl ConsoleAsk {
    /// A table that may be touched. Names of tables have no case.
    pub(crate) fn table(&self, name: &str) -> Option<&ConsoleTable> {
        self.tables.get(&name.to_lowercase())
    }
}

/// What is said of rows that can't be made here.
pub(crate) fn made_elsewhere(table: &str) -> String {
    format!("rows of \"{}\" hold secrets: they are made through the API", table.escape_debug())
}

impl ConsoleTable {
    pub(crate) fn holds_secrets(&self) -> bool {
        !self.hidden.is_empty()
    }

    pub(crate) fn hides(&self, column: &str) -> bool {
        self.hidden.contains(&column.to_lowercase())
    }
}
