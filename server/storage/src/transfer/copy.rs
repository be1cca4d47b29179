//! Copying a table's rows, with the progress in the same transactions.

use std::sync::Arc;

use sea_query::{Alias, Query};

use super::{
    batch::{Batch, BatchSize, MovedRow},
    form::formed,
    progress::Progress,
    snapshot::{Snapshot, refused},
    table::{MovedTable, RowKey},
};
use crate::{Database, StorageResult};

/// Copies the rows of a table that are not in the target yet; `told` hears how many have come.
/// The source was looked through before.
pub async fn copy_table(
    source: &mut Snapshot,
    target: &Database,
    table: &Arc<MovedTable>,
    progress: Progress,
    size: BatchSize,
    told: &(dyn Fn(u64) + Sync),
) -> StorageResult<()> {
    let mut progress = progress;
    if let RowKey::Texts(_) = table.key {
        // Rows without numbers: nobody knows where it was interrupted.
        let begun = Progress { rows: 0, ..progress.clone() };
        empty(target, table, progress, begun.clone()).await?;
        progress = begun;
    }
    let after = matches!(table.key, RowKey::Number { .. }).then_some(progress.last);
    let copying = source.each_batch(table, after, size, async |batch| {
        let next = write(target, table, progress.clone(), batch).await?;
        told(next.rows - progress.rows);
        progress = next;
        Ok(())
    });
    copying.await?;
    end(target, table, progress).await
}

/// Notes that all rows of a table have come.
pub(crate) async fn end(
    target: &Database,
    table: &Arc<MovedTable>,
    progress: Progress,
) -> StorageResult<()> {
    let done = Progress { is_done: true, ..progress.clone() };
    let restarted = Arc::clone(table);
    let unit = target.write(move |tx| {
        Box::pin(async move {
            tx.restart_numbers(&restarted).await?;
            tx.note_progress(&progress, &done).await
        })
    });
    unit.await
}

async fn empty(
    target: &Database,
    table: &MovedTable,
    before: Progress,
    after: Progress,
) -> StorageResult<()> {
    let delete = Query::delete().from_table(Alias::new(&table.name)).take();
    let unit = target.write(move |tx| {
        Box::pin(async move {
            tx.execute(&delete).await?;
            tx.note_progress(&before, &after).await
        })
    });
    unit.await
}

pub(crate) async fn write(
    target: &Database,
    table: &Arc<MovedTable>,
    before: Progress,
    batch: Batch,
) -> StorageResult<Progress> {
    let rows = batch.rows.into_iter().map(|row| in_form(table, row));
    let rows: Vec<MovedRow> = rows.collect::<StorageResult<_>>()?;
    let after = Progress {
        last: rows.last().map_or(before.last, |row| row.number),
        rows: before.rows + u64::try_from(rows.len()).unwrap_or_default(),
        ..before.clone()
    };
    let (table, next) = (Arc::clone(table), after.clone());
    let unit = target.write(move |tx| {
        Box::pin(async move {
            tx.load(&table, &rows).await?;
            tx.note_progress(&before, &next).await
        })
    });
    unit.await?;
    Ok(after)
}

fn in_form(table: &MovedTable, row: MovedRow) -> StorageResult<MovedRow> {
    let cells = table.columns.iter().zip(row.cells).map(|(column, cell)| {
        formed(column.kind, cell)
            .map_err(|unfit| refused(format!("\"{}\" of \"{}\" {unfit}", column.name, table.name)))
    });
    Ok(MovedRow { number: row.number, cells: cells.collect::<StorageResult<_>>()? })
}
