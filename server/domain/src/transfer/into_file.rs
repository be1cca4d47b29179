//! A whole project into a SQLite file, as part of a backup.
//!
//! What SQLite can't have (views in another database's SQL, indexes) is not made there, and stays in
//! the collections' definitions all the same: whoever restores the file may have a database that can.

use std::path::Path;

use underpin_model::DomainError;
use underpin_storage::{
    Database,
    transfer::{BatchSize, Place, SourceMark, TransferState, copy_table},
};

use super::{Listener, Source, Step, Telling, TransferError};
use crate::schema::{self, LeftOut, Undone};

/// What the table of progress is told; nobody goes on with it.
const FINGERPRINT: &str = "backup";

/// What was copied.
#[derive(Debug)]
pub(crate) struct Copied {
    /// The moment that it shows.
    pub(crate) mark: SourceMark,
    /// What the file does not have.
    pub(crate) left_out: Vec<LeftOut>,
}

/// Copies a project, as it is at one moment, into the file `data.db` of a folder.
pub(crate) async fn into_file(
    from: &Place,
    folder: &Path,
    listener: &dyn Listener,
) -> Result<Copied, TransferError> {
    let mut source = Source::open(from).await?;
    let target = Place::Sqlite(folder.to_owned()).open_target().await?;
    let copied = fill(&mut source, &target, listener).await;
    target.close().await;
    copied
}

async fn fill(
    source: &mut Source,
    target: &Database,
    listener: &dyn Listener,
) -> Result<Copied, TransferError> {
    let names = source.tables.iter().map(|table| table.name.clone()).collect();
    let transfer = (FINGERPRINT.to_owned(), names);
    let prepared = schema::prepare(target, &source.schema, transfer, true).await;
    let mut left_out = prepared.map_err(|undone| match undone {
        Undone::CannotHave(_) => DomainError::Busy.into(),
        Undone::Failed(error) => TransferError::from(error),
    })?;
    let state = TransferState::of(target).await?;
    for table in &source.tables {
        let rows = source.snapshot.count(&table.name).await?;
        let telling = Telling::begin(listener, Step::Copy(&table.name), rows);
        let told = |rows| telling.advance(rows);
        let progress = state.progress_of(&table.name);
        copy_table(&mut source.snapshot, target, table, progress, BatchSize::default(), &told)
            .await?;
        telling.end();
    }
    let told = |name: &str| listener.begins(Step::Index(name), 0);
    for index in schema::make_indexes(target, &source.schema, &told).await? {
        if !left_out.contains(&index) {
            left_out.push(index);
        }
    }
    target.learn_sizes().await?;
    let position = source.mark.position;
    target.write(move |tx| Box::pin(async move { tx.end_transfer(position).await })).await?;
    Ok(Copied { mark: source.mark, left_out })
}
