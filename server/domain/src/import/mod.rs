//! A project of the reference server, from its data directory into an empty database.
//!
//! The directory is looked through before anything is written: what can't be as it was is decided
//! and noted first, and a dry run ends there. Then the rows come as they were, with the order of
//! their making, and without word in the change log: nobody listens to a database that is being
//! made. Indexes follow the rows, files follow those. At last both sides are compared row by row,
//! and in one write the definitions and the settings make a project of the tables. Until then the
//! target is half of one, and nothing but the same import opens it.

mod data_dir;
mod error;
mod files;
mod logs;
mod names;
mod plan;
mod report;
mod side_files;

use std::{path::PathBuf, sync::Arc};

use underpin_credentials::{Secret, seal::SealingKey};
use underpin_files::{FileStore, Prefix};
use underpin_model::clock::Clock;
use underpin_storage::{
    Database,
    foreign::InUse,
    transfer::{BatchSize, HalfMoved, MovedTable, Place, TargetState, TransferState, wipe},
};

use self::{data_dir::DataDir, plan::Plan};
pub use self::{
    error::ImportError,
    report::{CollectionReport, FilesReport, Note, NoteKind, Report},
};
use crate::{
    schema,
    transfer::{Listener, Step, Telling},
};

/// What is to be imported where.
pub struct ImportAsk {
    /// The data directory of the reference server.
    pub from: PathBuf,
    /// The database that it becomes.
    pub to: Place,
    /// Our data directory, for files.
    pub data_dir: PathBuf,
    /// A folder for copies of the source that may be needed for a while.
    pub scratch: PathBuf,
    /// Whether a running server may have the source open.
    pub in_use: InUse,
    /// What becomes of what the target holds already.
    pub present: Present,
    /// The key that the source's settings are encrypted under.
    pub settings_key: Option<Secret>,
    /// The key that our settings' secrets are sealed under, if there is one.
    pub sealing_key: Option<SealingKey>,
    /// Puts that key where a server finds it; called before anything sealed is kept.
    pub keep_key: Box<dyn Fn() -> std::io::Result<()> + Send + Sync>,
    /// How much is under way at once.
    pub batch: BatchSize,
}

/// What becomes of what the target holds already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Present {
    /// A project is the reason of a refusal; half of one, from the same source, is completed.
    Kept,
    /// It goes.
    Replaced,
}

/// Looks through a data directory and tells what an import would do. The target is not touched.
///
/// # Errors
/// [`ImportError`] when the source can't be read.
pub async fn look(
    ask: &ImportAsk,
    clock: &dyn Clock,
    listener: &dyn Listener,
) -> Result<Report, ImportError> {
    let source = DataDir::open(ask).await?;
    let plan = Plan::of(&source, ask, clock.now(), listener).await?;
    let mut report = plan.report(ask);
    report.is_dry_run = true;
    report.log_entries = logs::count(source.side.as_ref()).await?;
    report.files = files::look(&source.folder, &plan.schema, &mut report.notes)?;
    let mut collections = plan.schema.collections().to_vec();
    report.notes.extend(schema::lock_rules(&mut collections).await?.into_iter().map(Note::from));
    Ok(report)
}

/// Imports a data directory, or goes on with what was interrupted.
///
/// # Errors
/// [`ImportError`] says why not. What was copied already stays for the next time.
pub async fn import(
    ask: &ImportAsk,
    clock: &dyn Clock,
    listener: &dyn Listener,
) -> Result<Report, ImportError> {
    let inside = ask.to.look_inside().await?;
    if let (TargetState::Occupied(what), Present::Kept) = (&inside, ask.present) {
        return Err(ImportError::Occupied(format!("{} holds {what} already", ask.to)));
    }
    let source = DataDir::open(ask).await?;
    let plan = Plan::of(&source, ask, clock.now(), listener).await?;
    let store = FileStore::local(&ask.data_dir.join("storage"))?;
    let target = ask.to.open_target().await?;
    let done = fill(ask, &source, plan, (&target, &inside, &store), listener).await;
    target.close().await;
    done
}

async fn fill(
    ask: &ImportAsk,
    source: &DataDir,
    mut plan: Plan,
    target: (&Database, &TargetState, &FileStore),
    listener: &dyn Listener,
) -> Result<Report, ImportError> {
    let (target, inside, store) = target;
    let mut report = plan.report(ask);
    report.is_resumed = *inside == TargetState::HalfMoved && ask.present == Present::Kept;
    if report.is_resumed {
        if TransferState::of(target).await?.fingerprint != plan.fingerprint {
            return Err(ImportError::OtherSource(ask.to.to_string()));
        }
    } else {
        if *inside != TargetState::Empty {
            clear(ask, target, store).await?;
        }
        let transfer = (plan.fingerprint.clone(), plan.relations());
        let prepared = schema::prepare(target, &plan.schema, transfer, true).await;
        plan.take_left_out(prepared.map_err(ImportError::from)?);
    }
    copy(ask, source, &plan, target, listener).await?;
    report.files =
        files::copy(&source.folder, &plan.schema, store, listener, &mut report.notes).await?;
    report.log_entries = logs::count(source.side.as_ref()).await?;
    logs::copy(source.side.as_ref(), target, listener).await?;
    let told = |name: &str| Telling::begin(listener, Step::Index(name), 0).end();
    let indexes = schema::make_indexes(target, &plan.schema, &told).await?;
    source.check_unwritten()?;
    compare(ask, &plan, &mut report, listener).await?;
    target.learn_sizes().await?;
    (ask.keep_key)()
        .map_err(|error| ImportError::File("keeping the settings key".into(), error))?;
    let settled = schema::settle(target, &plan.schema, &indexes, plan.settings).await?;
    report.take_settled(plan.left_out, indexes, settled);
    Ok(report)
}

/// Takes out of the target what it holds.
async fn clear(ask: &ImportAsk, target: &Database, store: &FileStore) -> Result<(), ImportError> {
    let wiped = wipe(&ask.to, target).await?;
    for collection in wiped.collections {
        let Ok(prefix) = Prefix::collection(&collection) else { continue };
        store.delete_prefix(&prefix).await?;
    }
    Ok(())
}

async fn copy(
    ask: &ImportAsk,
    source: &DataDir,
    plan: &Plan,
    target: &Database,
    listener: &dyn Listener,
) -> Result<(), ImportError> {
    let state = TransferState::of(target).await?;
    for (table, look) in plan.tables.iter().zip(&plan.looks) {
        let progress = state.progress_of(&table.becomes.name);
        if progress.is_done {
            continue;
        }
        let telling = Telling::begin(listener, Step::Copy(&table.name), look.digest.rows);
        telling.advance(progress.rows);
        let told = |rows| telling.advance(rows);
        source.main.copy_table(table, (&ask.to, target), progress, ask.batch, &told).await?;
        telling.end();
    }
    Ok(())
}

/// Compares the rows of both sides.
async fn compare(
    ask: &ImportAsk,
    plan: &Plan,
    report: &mut Report,
    listener: &dyn Listener,
) -> Result<(), ImportError> {
    let mut snapshot = ask.to.snapshot(HalfMoved::Accepted).await?;
    for (table, look) in plan.tables.iter().zip(&plan.looks) {
        let becomes: &Arc<MovedTable> = &table.becomes;
        let telling = Telling::begin(listener, Step::Check(&table.name), look.digest.rows);
        let told = |rows| telling.advance(rows);
        let found = snapshot.look_through(becomes, &ask.to, &told).await?;
        telling.end();
        report.note_target_rows(&becomes.name, found.digest.rows);
        if found.digest != look.digest {
            return Err(ImportError::Differs(format!(
                "\"{}\" has {} rows in the source and {} in the target, or others",
                becomes.name, look.digest.rows, found.digest.rows
            )));
        }
    }
    Ok(())
}
