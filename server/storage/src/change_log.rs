//! The change log: one row a written record, in the order of commits.

use std::str::FromStr;

use sea_query::{
    BinOper, DeleteStatement, Expr, ExprTrait, Func, InsertStatement, Order, Query,
    SelectStatement, UpdateStatement,
};
use underpin_model::Timestamp;

use crate::{Row, StorageError, StorageResult};

const TABLE: &str = "_changes";
const POSITION: &str = "position";
const COLLECTION: &str = "collection";
const RECORD: &str = "record";
const ACTION: &str = "action";
const BEFORE: &str = "before";
const AFTER: &str = "after";
const AT: &str = "at";
const ORIGIN: &str = "origin";

/// What was done to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeAction {
    /// It was made.
    Create,
    /// It was changed.
    Update,
    /// It was removed.
    Delete,
}

/// A change to append in the transaction that makes it.
#[derive(Clone, Debug)]
pub struct NewChange {
    /// The collection's id.
    pub collection_id: String,
    /// The record's id.
    pub record_id: String,
    /// What was done.
    pub action: ChangeAction,
    /// The record before, as JSON, without secrets.
    pub before: Option<String>,
    /// The record after, as JSON, without secrets.
    pub after: Option<String>,
    /// When, by the caller's clock.
    pub at: Timestamp,
    /// Who did it from where, as the caller names it; may be empty.
    pub origin: String,
}

/// A committed change.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// Its place in the order of commits; never given out twice.
    pub position: i64,
    /// The collection's id.
    pub collection_id: String,
    /// The record's id.
    pub record_id: String,
    /// What was done.
    pub action: ChangeAction,
    /// The record before, as JSON.
    pub before: Option<String>,
    /// The record after, as JSON.
    pub after: Option<String>,
    /// When.
    pub at: Timestamp,
    /// Who did it from where.
    pub origin: String,
}

impl ChangeAction {
    /// The name on the wire and in the table.
    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

impl FromStr for ChangeAction {
    type Err = StorageError;

    fn from_str(name: &str) -> StorageResult<Self> {
        match name {
            "create" => Ok(Self::Create),
            "update" => Ok(Self::Update),
            "delete" => Ok(Self::Delete),
            _ => Err(StorageError::other("reading the change log", "an unknown action")),
        }
    }
}

/// The rows of some changes in their order.
pub(crate) fn insert(changes: &[NewChange]) -> InsertStatement {
    let mut insert = Query::insert();
    insert.into_table(TABLE).columns([COLLECTION, RECORD, ACTION, BEFORE, AFTER, AT, ORIGIN]);
    for change in changes {
        insert.values_panic([
            change.collection_id.as_str().into(),
            change.record_id.as_str().into(),
            change.action.name().into(),
            change.before.clone().into(),
            change.after.clone().into(),
            change.at.millis().into(),
            change.origin.as_str().into(),
        ]);
    }
    insert
}

pub(crate) fn after(position: i64, limit: u64) -> SelectStatement {
    Query::select()
        .columns([POSITION, COLLECTION, RECORD, ACTION, BEFORE, AFTER, AT, ORIGIN])
        .from(TABLE)
        .and_where(Expr::col(POSITION).gt(position))
        .order_by(POSITION, Order::Asc)
        .limit(limit)
        .take()
}

/// The newest position ever given out: kept apart from the rows, which may all be trimmed.
pub(crate) fn newest() -> SelectStatement {
    Query::select()
        .column("seq")
        .from("sqlite_sequence")
        .and_where(Expr::col("name").eq(TABLE))
        .take()
}

/// The oldest rows that may go, oldest first, with their time.
pub(crate) fn oldest(limit: u64) -> SelectStatement {
    Query::select()
        .columns([POSITION, AT])
        .from(TABLE)
        .order_by(POSITION, Order::Asc)
        .limit(limit)
        .take()
}

/// Everything up to a position.
pub(crate) fn remove_through(position: i64) -> DeleteStatement {
    Query::delete().from_table(TABLE).and_where(Expr::col(POSITION).lte(position)).take()
}

/// Everything of a collection.
pub(crate) fn remove_of(collection_id: &str) -> DeleteStatement {
    Query::delete().from_table(TABLE).and_where(Expr::col(COLLECTION).eq(collection_id)).take()
}

/// The logged records of a collection without some keys.
pub(crate) fn without_keys(collection_id: &str, keys: &[String]) -> UpdateStatement {
    rewrite(collection_id, |column| {
        let paths = keys.iter().map(|key| path(key));
        let arguments = std::iter::once(Expr::col(column)).chain(paths);
        Func::cust("json_remove").args(arguments).into()
    })
}

/// The logged records of a collection with keys renamed, from the first of a pair to the second.
/// All at once: two keys can swap.
pub(crate) fn with_other_keys(collection_id: &str, keys: &[(String, String)]) -> UpdateStatement {
    rewrite(collection_id, |column| {
        let old = keys.iter().map(|(from, _)| path(from));
        let rest = Func::cust("json_remove").args(std::iter::once(Expr::col(column)).chain(old));
        let renamed = keys.iter().flat_map(|(from, to)| {
            let value = Expr::col(column).binary(BinOper::Custom("->"), path(from));
            [path(to), value]
        });
        Func::cust("json_set").args(std::iter::once(rest.into()).chain(renamed)).into()
    })
}

/// Rows of a collection with other records before and after; where there is none, none it stays.
fn rewrite(collection_id: &str, record: impl Fn(&'static str) -> Expr) -> UpdateStatement {
    Query::update()
        .table(TABLE)
        .values([(BEFORE, record(BEFORE)), (AFTER, record(AFTER))])
        .and_where(Expr::col(COLLECTION).eq(collection_id))
        .take()
}

/// The path to a key. Keys are names of fields: no sign in them means anything in a path.
fn path(key: &str) -> Expr {
    Expr::val(format!("$.\"{key}\""))
}

/// How far the oldest rows may go: those older than `older_than`, and those beyond the newest
/// `keep_rows`. A row that stays keeps all that follow it, so that the log has no holes.
pub(crate) fn last_to_remove(
    oldest: &[Row],
    newest: i64,
    older_than: Timestamp,
    keep_rows: u64,
) -> StorageResult<Option<i64>> {
    let kept = i64::try_from(keep_rows).unwrap_or(i64::MAX);
    let beyond = newest.saturating_sub(kept);
    let mut last = None;
    for row in oldest {
        let position = row.int(POSITION)?;
        if position > beyond && row.int(AT)? >= older_than.millis() {
            break;
        }
        last = Some(position);
    }
    Ok(last)
}

pub(crate) fn read(row: &Row) -> StorageResult<Change> {
    let at = Timestamp::from_millis(row.int(AT)?)
        .ok_or_else(|| StorageError::other("reading the change log", "a time out of range"))?;
    Ok(Change {
        position: row.int(POSITION)?,
        collection_id: row.text(COLLECTION)?.to_owned(),
        record_id: row.text(RECORD)?.to_owned(),
        action: row.text(ACTION)?.parse()?,
        before: row.optional_text(BEFORE)?.map(str::to_owned),
        after: row.optional_text(AFTER)?.map(str::to_owned),
        at,
        origin: row.text(ORIGIN)?.to_owned(),
    })
}
