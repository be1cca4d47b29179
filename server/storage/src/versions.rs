//! Versions of what all nodes hold in memory: the schema with its policies, and the settings.
//!
//! Whoever changes one of them raises its version in the same transaction. A write unit that was
//! planned on a version looks at the stored one before it writes: writes are serial, so what it
//! finds stays true until its commit.

use std::time::Instant;

use sea_query::{Expr, ExprTrait, InsertStatement, OnConflict, Query, SelectStatement};

const TABLE: &str = "_params";

/// Something that has a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Versioned {
    /// Collections and policies.
    Schema,
    /// What superusers set.
    Settings,
}

/// The versions that the database had at a moment.
#[derive(Clone, Copy, Debug)]
pub struct Versions {
    /// That of the schema.
    pub schema: i64,
    /// That of the settings.
    pub settings: i64,
    /// Both were still so at this moment.
    pub seen: Instant,
}

/// The versions that a transaction has met.
#[derive(Debug, Default)]
pub(crate) struct Met {
    schema: Option<i64>,
    settings: Option<i64>,
}

impl Versioned {
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Schema => "schemaVersion",
            Self::Settings => "settingsVersion",
        }
    }
}

impl Met {
    pub(crate) fn of(&mut self, what: Versioned) -> &mut Option<i64> {
        match what {
            Versioned::Schema => &mut self.schema,
            Versioned::Settings => &mut self.settings,
        }
    }
}

/// The stored version as text; no row stands for 0.
pub(crate) fn select(what: Versioned) -> SelectStatement {
    Query::select().column("value").from(TABLE).and_where(Expr::col("id").eq(what.key())).take()
}

/// Stores a version.
pub(crate) fn upsert(what: Versioned, version: i64) -> InsertStatement {
    let replaced = OnConflict::column("id").update_column("value").to_owned();
    let mut insert = Query::insert();
    insert.into_table(TABLE).columns(["id", "value"]);
    insert.values_panic([what.key().into(), version.to_string().into()]);
    insert.on_conflict(replaced);
    insert
}

/// The number in a stored text.
pub(crate) fn read(text: Option<String>) -> i64 {
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}
