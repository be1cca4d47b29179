//! The units of a transaction: each can be undone alone, or is kept until the commit.

use crate::{
    StorageResult, Transaction, connection::WriteConnection, revisions::Touched,
    write_unit::WriteUnit,
};

/// Units of the open transaction that want to be committed.
pub(super) struct Group {
    pub(super) units: Vec<Box<dyn WriteUnit>>,
    pub(super) newest_position: Option<i64>,
    pub(super) touched: Touched,
    /// Whether the savepoint stands, and whether anything was kept since it was set.
    savepoint: Savepoint,
}

#[derive(Clone, Copy)]
enum Savepoint {
    Missing,
    /// Set, and nothing done since that must stay.
    Fresh,
    /// Set, and what was done since must stay.
    Used,
}

impl Group {
    /// The group of a transaction that has just begun.
    pub(super) fn of(connection: &WriteConnection) -> Self {
        let savepoint = match connection.begins_with_savepoint() {
            true => Savepoint::Fresh,
            false => Savepoint::Missing,
        };
        Self { units: Vec::new(), newest_position: None, touched: Touched::default(), savepoint }
    }

    /// Sees to it that the next unit can be undone alone.
    pub(super) async fn protect(&mut self, transaction: &mut Transaction) -> StorageResult<()> {
        let replaces = match self.savepoint {
            Savepoint::Missing if self.units.is_empty() => return Ok(()),
            Savepoint::Fresh => return Ok(()),
            Savepoint::Used => true,
            Savepoint::Missing => false,
        };
        transaction.connection().set_savepoint(replaces).await?;
        self.savepoint = Savepoint::Fresh;
        Ok(())
    }

    pub(super) fn keep(&mut self, unit: Box<dyn WriteUnit>, transaction: &mut Transaction) {
        self.units.push(unit);
        self.newest_position = transaction.appended().or(self.newest_position);
        self.touched.append(transaction.take_touched());
        if matches!(self.savepoint, Savepoint::Fresh) {
            self.savepoint = Savepoint::Used;
        }
    }

    /// Undoes the unit that has just run.
    pub(super) async fn undo(&mut self, transaction: &mut Transaction) -> StorageResult<()> {
        if matches!(self.savepoint, Savepoint::Missing) {
            // Nothing else is in the transaction: begin it anew.
            transaction.connection().rollback().await?;
            return transaction.begin().await;
        }
        transaction.undo().await
    }
}
