//! Databases: statements and rows. The only crate that holds SQL text.
//!
//! [`Database`] hides which database it is. Reads go to [`Database::rows`] and its kin, in
//! parallel. Writes are units ([`Database::write`]) that run one after the other and share
//! commits; each is kept whole or not at all, and answered when it is on the disk. A unit that
//! writes records appends to the change log in the same transaction, and
//! [`Database::committed`] tells followers how far they may read.
//!
//! Above this crate there is no SQL text and no driver: what may vary by database is a
//! sea-query tree, a [`TableChange`] or an [`IndexDefinition`].

pub mod backup;
mod change_log;
mod column_conversion;
mod connection;
mod console;
mod constraint;
mod database;
mod error;
pub mod foreign;
mod index_definition;
mod index_lexer;
mod log_rewrite;
mod logs;
mod migrate;
pub mod patient_thread;
mod postgres;
mod quoting;
mod revisions;
pub mod room;
mod row;
mod row_set;
mod sqlite;
mod statement;
#[cfg(test)]
mod suite;
mod table_change;
mod transaction;
pub mod transfer;
mod versions;
mod view;
mod write_unit;
mod writer;

pub use self::{
    change_log::{Change, ChangeAction, NewChange},
    console::{ConsoleAnswer, ConsoleAsk, ConsoleColumn, ConsoleTable},
    database::{Database, KeyedRead},
    error::{Cause, StorageError, StorageResult},
    index_definition::{IndexColumn, IndexDefinition, IndexKey, IndexOrder},
    logs::{LOG_TABLE, LogDatabase, LogLimits, NewLog},
    postgres::PostgresOptions,
    revisions::Revision,
    row::{Cell, Row},
    row_set::RowSet,
    sqlite::SqliteOptions,
    statement::StatementTree,
    table_change::{ColumnKind, NewColumn, TableChange},
    transaction::Transaction,
    versions::{Versioned, Versions},
    view::{ColumnName, NewView, ShapeColumn, ViewColumn, ViewQuery, ViewShape, ViewSource},
    write_unit::UnitFuture,
};
