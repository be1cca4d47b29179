//! A whole project from one database into another: looked through, copied, made whole, compared.
//!
//! The source is read as it is at one moment. What the target can't have is found before anything
//! is written to it. What was copied stays when the transfer is interrupted: the same transfer goes
//! on there, and nothing else opens the target until it is done.

mod error;
mod into_file;
mod report;
mod steps;

use std::sync::Arc;

use underpin_files::FileStore;
use underpin_storage::{
    Database, StorageError,
    transfer::{
        BatchSize, HalfMoved, MovedTable, Place, Snapshot, TargetState, TransferState, copy_table,
        problems_of_names, system_tables,
    },
};

pub use self::{
    error::TransferError,
    report::{Moved, Report},
    steps::{Listener, Step, Unheard},
};
pub(crate) use self::{into_file::into_file, steps::Telling};
use crate::schema::{self, LeftOut, Undone};

/// What is to be moved where.
pub struct TransferAsk {
    /// The source.
    pub from: Place,
    /// The target.
    pub to: Place,
    /// Stores of files, if files are to be copied: from, to.
    pub files: Option<(FileStore, FileStore)>,
    /// Whether views and indexes that the target can't have are left out.
    pub may_leave_out: bool,
    /// How much is under way at once.
    pub batch: BatchSize,
}

/// Moves a project, or goes on with what was interrupted.
///
/// # Errors
/// [`TransferError`] says why not. What was copied already stays for the next time.
pub async fn transfer(ask: &TransferAsk, listener: &dyn Listener) -> Result<Report, TransferError> {
    let inside = ask.to.look_inside().await?;
    if let TargetState::Occupied(what) = inside {
        return Err(TransferError::Occupied(format!("{} holds {what} already", ask.to)));
    }
    let mut source = Source::open(&ask.from).await?;
    let found = source.look_through(&ask.to, listener).await?;
    let is_resumed = inside == TargetState::HalfMoved;
    let target = ask.to.open_target().await?;
    let done = fill(ask, &mut source, &found, (&target, is_resumed), listener).await;
    target.close().await;
    done
}

/// Compares two projects, row by row, and changes nothing.
///
/// # Errors
/// [`TransferError`] when one of them can't be read.
pub async fn compare(
    from: &Place,
    to: &Place,
    listener: &dyn Listener,
) -> Result<Report, TransferError> {
    let mut source = Source::open(from).await?;
    let moved = source.digests(to, |table| Step::LookThrough(table), listener).await?;
    let copied = look_at_target(&source.tables, (to, HalfMoved::Refused), listener).await?;
    Ok(Report { tables: report::beside(moved, copied), ..Report::default() })
}

/// Brings everything into the target.
async fn fill(
    ask: &TransferAsk,
    source: &mut Source,
    found: &[Moved],
    target: (&Database, bool),
    listener: &dyn Listener,
) -> Result<Report, TransferError> {
    let (target, is_resumed) = target;
    let fingerprint = report::fingerprint(found);
    let mut report = Report { is_resumed, ..Report::default() };
    if is_resumed {
        let begun = TransferState::of(target).await?;
        if begun.fingerprint != fingerprint {
            return Err(TransferError::OtherSource(ask.to.to_string()));
        }
    } else {
        let tables = source.tables.iter().map(|table| table.name.clone()).collect();
        let transfer = (fingerprint, tables);
        let prepared = schema::prepare(target, &source.schema, transfer, ask.may_leave_out).await;
        report.left_out = prepared.map_err(|undone| match undone {
            Undone::CannotHave(what) => cannot_have(&what),
            Undone::Failed(error) => error.into(),
        })?;
    }
    report.copied = copy(ask, source, found, target, listener).await?;
    if let Some((from, to)) = &ask.files {
        let telling = Telling::begin(listener, Step::Files, 0);
        report.files = Some(from.copy_to(to, &|| telling.advance(1)).await?);
    }
    let told = |name: &str| listener.begins(Step::Index(name), 0);
    let indexes = schema::make_indexes(target, &source.schema, &told).await?;
    if !indexes.is_empty() && !ask.may_leave_out {
        return Err(cannot_have(&indexes));
    }
    let copied = look_at_target(&source.tables, (&ask.to, HalfMoved::Accepted), listener).await?;
    report.tables = report::beside(found.to_vec(), copied);
    if !report.is_equal() {
        return Ok(report);
    }
    target.learn_sizes().await?;
    let position = source.mark.position;
    let views = schema::finish(target, &source.schema, indexes.clone(), position).await?;
    report.take_left_out(views.into_iter().chain(indexes).collect());
    report.written_meanwhile = source.was_written_since(&ask.from).await?;
    Ok(report)
}

/// Copies all tables; tells how many rows came this time.
async fn copy(
    ask: &TransferAsk,
    source: &mut Source,
    found: &[Moved],
    target: &Database,
    listener: &dyn Listener,
) -> Result<u64, TransferError> {
    let state = TransferState::of(target).await?;
    let mut copied = 0;
    for (table, moved) in source.tables.iter().zip(found) {
        let progress = state.progress_of(&table.name);
        if progress.is_done {
            continue;
        }
        let telling = Telling::begin(listener, Step::Copy(&table.name), moved.source.rows);
        telling.advance(progress.rows);
        copied += moved.source.rows.saturating_sub(progress.rows);
        let told = |rows| telling.advance(rows);
        copy_table(&mut source.snapshot, target, table, progress, ask.batch, &told).await?;
        telling.end();
    }
    Ok(copied)
}

/// The rows of the target as they stand there.
async fn look_at_target(
    tables: &[Arc<MovedTable>],
    target: (&Place, HalfMoved),
    listener: &dyn Listener,
) -> Result<Vec<Moved>, TransferError> {
    let (place, half_moved) = target;
    let mut snapshot = place.snapshot(half_moved).await?;
    digests(&mut snapshot, tables, (place, |table| Step::Check(table)), listener).await
}

/// A source, and what is to be moved of it.
struct Source {
    snapshot: Snapshot,
    mark: underpin_storage::transfer::SourceMark,
    schema: Arc<schema::Snapshot>,
    tables: Vec<Arc<MovedTable>>,
}

impl Source {
    async fn open(place: &Place) -> Result<Self, TransferError> {
        let mut snapshot = place.snapshot(HalfMoved::Refused).await?;
        let mark = snapshot.mark().await?;
        let schema = Arc::new(schema::load_moved(&mut snapshot).await?);
        let tables = system_tables().into_iter().chain(schema::moved_tables(&schema));
        let tables = tables.map(Arc::new).collect();
        Ok(Self { snapshot, mark, schema, tables })
    }

    /// All digests, if everything can be moved to the target.
    async fn look_through(
        &mut self,
        target: &Place,
        listener: &dyn Listener,
    ) -> Result<Vec<Moved>, TransferError> {
        let mut problems: Vec<String> =
            self.tables.iter().flat_map(|table| problems_of_names(table, target)).collect();
        let found = self.digests(target, |table| Step::LookThrough(table), listener).await?;
        problems.extend(found.iter().flat_map(|moved| moved.problems.iter().cloned()));
        if problems.is_empty() { Ok(found) } else { Err(TransferError::CannotBeMoved(problems)) }
    }

    async fn digests(
        &mut self,
        target: &Place,
        step: fn(&str) -> Step<'_>,
        listener: &dyn Listener,
    ) -> Result<Vec<Moved>, TransferError> {
        digests(&mut self.snapshot, &self.tables, (target, step), listener).await
    }

    /// How many changes came since the snapshot was taken, if there were any writes.
    async fn was_written_since(&self, place: &Place) -> Result<Option<i64>, StorageError> {
        let now = place.snapshot(HalfMoved::Refused).await?.mark().await?;
        Ok((now != self.mark).then(|| now.position - self.mark.position))
    }
}

async fn digests(
    snapshot: &mut Snapshot,
    tables: &[Arc<MovedTable>],
    (target, step): (&Place, fn(&str) -> Step<'_>),
    listener: &dyn Listener,
) -> Result<Vec<Moved>, TransferError> {
    let mut counts = Vec::new();
    // All of them first: on some databases this keeps the tables from being dropped meanwhile.
    for table in tables {
        counts.push(snapshot.count(&table.name).await?);
    }
    let mut found = Vec::new();
    for (table, count) in tables.iter().zip(counts) {
        let telling = Telling::begin(listener, step(&table.name), count);
        let told = |rows| telling.advance(rows);
        let look = snapshot.look_through(table, target, &told).await?;
        telling.end();
        found.push(Moved::of(table, look));
    }
    Ok(found)
}

fn cannot_have(what: &[LeftOut]) -> TransferError {
    TransferError::CannotHave(what.iter().map(ToString::to_string).collect())
}
