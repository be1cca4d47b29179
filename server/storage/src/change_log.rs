//! The change log: one row a written record, in the order of commits.

use std::str::FromStr;

use sea_query::{
    DeleteStatement, Expr, ExprTrait, InsertStatement, OnConflict, Order, Query, SelectStatement,
};
use underpin_model::Timestamp;

use crate::{
    Row, StorageError, StorageResult,
    connection::WriteConnection,
    statement::{Dialect, Statement},
};

/// Name of the change log's epoch among the parameters.
const EPOCH: &str = "changeEpoch";
/// Length of the change log's epoch: too many to be met twice.
const EPOCH_LENGTH: usize = 12;

pub(crate) const TABLE: &str = "_changes";
pub(crate) const POSITION: &str = "position";
pub(crate) const COLLECTION: &str = "collection";
const RECORD: &str = "record";
const ACTION: &str = "action";
pub(crate) const BEFORE: &str = "before";
pub(crate) const AFTER: &str = "after";
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

/// What a row that is not written yet consists of.
const GIVEN: [&str; 7] = [COLLECTION, RECORD, ACTION, BEFORE, AFTER, AT, ORIGIN];

/// The rows of some changes in their order.
pub(crate) fn insert(changes: &[NewChange]) -> InsertStatement {
    let mut insert = Query::insert();
    insert.into_table(TABLE).columns(GIVEN);
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

/// The rows that a select yields, in its order.
pub(crate) fn insert_selected(select: &SelectStatement) -> StorageResult<InsertStatement> {
    let mut insert = Query::insert();
    insert.into_table(TABLE).columns(GIVEN);
    let done = insert.select_from(select.clone());
    done.map_err(|error| StorageError::other("appending to the change log", error))?;
    Ok(insert)
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
pub(crate) fn newest(dialect: Dialect) -> SelectStatement {
    if dialect == Dialect::Postgres {
        return Query::select().column(POSITION).from("_counters").take();
    }
    Query::select()
        .column("seq")
        .from("sqlite_sequence")
        .and_where(Expr::col("name").eq(TABLE))
        .take()
}

/// What lets SQLite go on from a position, whatever rows there are.
pub(crate) fn go_on_from(position: i64) -> [Statement; 2] {
    let known = Expr::col("name").eq(TABLE);
    let delete = Query::delete().from_table("sqlite_sequence").and_where(known).take();
    let mut insert = Query::insert();
    insert.into_table("sqlite_sequence").columns(["name", "seq"]);
    insert.values_panic([TABLE.into(), position.into()]);
    [Statement::sqlite(&delete), Statement::sqlite(&insert)]
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

/// The epoch of this database's positions, made at its first start.
pub(crate) async fn epoch(connection: &mut WriteConnection) -> StorageResult<String> {
    let new = format!("\"{}\"", new_epoch());
    let mut insert = Query::insert();
    insert.into_table("_params").columns(["id", "value"]);
    insert.values_panic([EPOCH.into(), new.into()]);
    insert.on_conflict(OnConflict::column("id").do_nothing().to_owned());
    connection.execute(&Statement::of(connection.dialect(), &insert)).await?;
    let stored = connection.text(&Statement::of(connection.dialect(), &stored_epoch())).await?;
    Ok(stored.unwrap_or_default().trim_matches('"').to_owned())
}

/// The epoch as it stands in the database, in quotes.
pub(crate) fn stored_epoch() -> SelectStatement {
    Query::select().column("value").from("_params").and_where(Expr::col("id").eq(EPOCH)).take()
}

/// A name for a new life of the log.
pub(crate) fn new_epoch() -> String {
    underpin_model::id::random_lowercase(EPOCH_LENGTH)
}

/// Begins another life of the log.
pub(crate) fn set_epoch(epoch: &str) -> InsertStatement {
    let replaced = OnConflict::column("id").update_column("value").to_owned();
    let mut insert = Query::insert();
    insert.into_table("_params").columns(["id", "value"]);
    insert.values_panic([EPOCH.into(), format!("\"{epoch}\"").into()]);
    insert.on_conflict(replaced).to_owned()
}

/// The newest position ever given out.
pub(crate) async fn newest_position(connection: &mut WriteConnection) -> StorageResult<i64> {
    let statement = Statement::of(connection.dialect(), &newest(connection.dialect()));
    let text = connection.text(&statement).await?;
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or_default())
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
