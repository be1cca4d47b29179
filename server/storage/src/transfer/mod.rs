//! A whole project from one database into another, of the same kind or not.
//!
//! A [`Snapshot`] reads the source as it is at one moment, table by table in the order of rows.
//! `Transaction::load` writes rows as they are, their numbers
//! included, and the progress is written along with them: whatever interrupts a transfer, the
//! target knows how far it came. As long as its table of progress stands, the target is half of a
//! project, and opens for a transfer alone.
//!
//! Values have one form for both databases ([`MovedColumn`] says what a column holds), so that one
//! digest of a table's rows in their order tells whether two databases hold the same.

mod batch;
mod copy;
mod digest;
mod fit;
mod form;
mod look;
mod place;
mod progress;
mod snapshot;
mod table;
mod tables;
#[cfg(test)]
mod tests;
mod wipe;

pub use self::{
    batch::BatchSize,
    copy::copy_table,
    digest::TableDigest,
    look::{Look, problems_of_names},
    place::{Place, TargetState},
    progress::{Progress, TransferState},
    snapshot::{HalfMoved, Snapshot, SourceMark},
    table::{CellKind, MovedColumn, MovedTable, RowKey},
    tables::{is_system, system_tables},
    wipe::{Wiped, wipe},
};
pub(crate) use self::{
    batch::{Batch, MovedRow, piped},
    copy::{end, write},
    digest::Running,
    fit::{Unfit, check},
    form::formed,
    progress::refuse_half_moved,
    snapshot::refused,
};
