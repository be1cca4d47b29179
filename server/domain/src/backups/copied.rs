//! The database of a backup: two SQLite files, whatever database the project is in.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use underpin_model::{DomainError, DomainResult};
use underpin_storage::backup::{self, CopyMark, CopyProgress};

use super::{
    Left,
    manifest::{DATA, LOGS},
};
use crate::{
    Backend,
    schema::LeftOut,
    transfer::{Listener, Step, TransferError, into_file},
};

/// What was copied.
pub(super) struct Copied {
    /// The kind of database that it comes from.
    pub(super) database: &'static str,
    /// The moment that it shows.
    pub(super) mark: CopyMark,
    /// Rows by table.
    pub(super) tables: BTreeMap<String, u64>,
    /// What the file does not have.
    pub(super) left_out: Vec<Left>,
}

/// Copies records and log into a folder, each as it is at one moment.
pub(super) async fn copy(
    backend: &Backend,
    folder: &Path,
    listener: &Arc<dyn Listener>,
) -> DomainResult<Copied> {
    let file = folder.join(DATA);
    let copied = backend.database.copy_into(&file, told(listener, DATA)).await?;
    let (database, mark, left_out) = match copied {
        Some(mark) => ("sqlite", mark, Vec::new()),
        None => {
            let (mark, left_out) = move_over(backend, folder, listener).await?;
            ("postgres", mark, left_out)
        }
    };
    backend.logs.flush().await;
    backend.logs.database().copy_into(folder, told(listener, LOGS)).await?;
    let tables = backup::count_rows(&file).await?;
    Ok(Copied { database, mark, tables, left_out })
}

/// Copies another database than SQLite, off the threads that serve.
async fn move_over(
    backend: &Backend,
    folder: &Path,
    listener: &Arc<dyn Listener>,
) -> DomainResult<(CopyMark, Vec<Left>)> {
    let (place, folder) = (backend.database.place(), folder.to_owned());
    let (listener, mut stop) = (Arc::clone(listener), backend.jobs.stopping());
    let runtime = tokio::runtime::Handle::current();
    let moving = tokio::task::spawn_blocking(move || {
        runtime.block_on(async {
            tokio::select! {
                moved = into_file(&place, &folder, listener.as_ref()) => moved.map_err(bare),
                _ = stop.wait_for(|stop| *stop) => Err(DomainError::Busy),
            }
        })
    });
    let moved =
        moving.await.map_err(|error| DomainError::fault("copying the database", error))??;
    let epoch = backend.database.change_epoch().to_owned();
    let mark = CopyMark { position: moved.mark.position, epoch };
    Ok((mark, moved.left_out.into_iter().map(Left::from).collect()))
}

/// Tells of pages as they are copied.
fn told(listener: &Arc<dyn Listener>, file: &'static str) -> CopyProgress {
    let listener = Arc::clone(listener);
    let before = std::sync::Mutex::new(None);
    Arc::new(move |done, all| {
        let mut before = before.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if before.is_none() {
            listener.begins(Step::CopyFile(file), all);
        }
        listener.advances(done.saturating_sub(before.unwrap_or_default()));
        *before = Some(done);
    })
}

fn bare(error: TransferError) -> DomainError {
    match error {
        TransferError::Storage(error) => error.into(),
        TransferError::Domain(error) => error,
        error => DomainError::fault("copying the database", error),
    }
}

impl From<LeftOut> for Left {
    fn from(left: LeftOut) -> Self {
        match left {
            LeftOut::View { name, reason, query } => {
                Self { collection: name, definition: query, reason, is_index: false }
            }
            LeftOut::Index { collection, reason, definition } => {
                Self { collection, definition, reason, is_index: true }
            }
        }
    }
}
