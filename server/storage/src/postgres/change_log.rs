//! Changes of a group, written together at its end.
//!
//! Positions are given out while the group runs, from a counter that was read under the lock; the
//! rows are written with one statement before the commit. Nobody can see the difference.

use super::complaint::SIGN;
use crate::{
    NewChange, StorageError, StorageResult,
    log_rewrite::LogRewrite,
    statement::{Dialect, Statement},
};

/// The channel on which nodes tell each other of commits.
pub(super) const CHANNEL: &str = "underpin_changes";

/// How all rows of a group are written.
pub(super) const INSERT: &str = "INSERT INTO _changes \
     (position, collection, record, action, before, after, at, origin) \
     SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], \
     $6::text[], $7::bigint[], $8::text[])";

/// The rows of a group that are not written yet.
#[derive(Debug, Default)]
pub(super) struct Pending {
    /// The newest position that was given out.
    pub(super) newest: i64,
    rows: Vec<(i64, NewChange)>,
    /// What is to become of rows up to a position, once they are written.
    rewrites: Vec<(i64, LogRewrite)>,
}

/// Where a unit begins.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Mark {
    rows: usize,
    rewrites: usize,
}

/// The rows column by column.
#[derive(Default)]
pub(super) struct Columns {
    pub(super) positions: Vec<i64>,
    pub(super) collections: Vec<String>,
    pub(super) records: Vec<String>,
    pub(super) actions: Vec<String>,
    pub(super) befores: Vec<Option<String>>,
    pub(super) afters: Vec<Option<String>>,
    pub(super) times: Vec<i64>,
    pub(super) origins: Vec<String>,
}

impl Pending {
    /// Begins a group.
    pub(super) fn begin(&mut self, newest: i64) {
        self.newest = newest;
        self.rows.clear();
        self.rewrites.clear();
    }

    /// Takes changes in and gives their positions out; tells the last one.
    pub(super) fn append(&mut self, changes: &[NewChange]) -> StorageResult<i64> {
        changes.iter().try_for_each(|change| self.append_one(change))?;
        Ok(self.newest)
    }

    /// Notes what is to become of what was logged so far.
    pub(super) fn rewrite(&mut self, rewrite: LogRewrite) {
        self.rewrites.push((self.newest, rewrite));
    }

    /// The rewrites, to be run behind the rows.
    pub(super) fn take_rewrites(&mut self) -> Vec<Statement> {
        let statement =
            |(through, rewrite): (i64, LogRewrite)| rewrite.statement(Dialect::Postgres, through);
        self.rewrites.drain(..).map(statement).collect()
    }

    fn append_one(&mut self, change: &NewChange) -> StorageResult<()> {
        let optional = [&change.before, &change.after].into_iter().flatten();
        let mut all =
            [&change.collection_id, &change.record_id, &change.origin].into_iter().chain(optional);
        // One of them would fail the whole group.
        if all.any(|text| text.contains('\0')) {
            return Err(StorageError::Unfit(SIGN));
        }
        self.newest += 1;
        self.rows.push((self.newest, change.clone()));
        Ok(())
    }

    /// Where a unit begins, to undo it.
    pub(super) fn mark(&self) -> Mark {
        Mark { rows: self.rows.len(), rewrites: self.rewrites.len() }
    }

    /// Takes back what was given out since.
    pub(super) fn undo(&mut self, mark: Mark) {
        let undone = self.rows.len().saturating_sub(mark.rows);
        self.rows.truncate(mark.rows);
        self.rewrites.truncate(mark.rewrites);
        self.newest -= i64::try_from(undone).unwrap_or_default();
    }

    /// What is to be written; nothing when there is none.
    pub(super) fn take(&mut self) -> Option<Columns> {
        if self.rows.is_empty() {
            return None;
        }
        let mut columns = Columns::default();
        for (position, change) in self.rows.drain(..) {
            columns.positions.push(position);
            columns.collections.push(change.collection_id);
            columns.records.push(change.record_id);
            columns.actions.push(change.action.name().to_owned());
            columns.befores.push(change.before);
            columns.afters.push(change.after);
            columns.times.push(change.at.millis());
            columns.origins.push(change.origin);
        }
        Some(columns)
    }
}
