//! Rows on their way out of the file, put right, and into a table.

use std::sync::Arc;

use super::{
    file::ForeignFile,
    repair::{Repaired, Repairs},
};
use crate::{
    Cell, Database, StorageResult,
    quoting::quoted,
    statement::Statement,
    transfer::{
        Batch, BatchSize, MovedRow, MovedTable, Place, Progress, Running, TableDigest, end, piped,
        write,
    },
};

/// What the engine calls the number of a row, unless a column is called so.
const NUMBERS: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// A table of the file, and where its columns go.
#[derive(Clone, Debug)]
pub struct ForeignTable {
    /// Its name in the file.
    pub name: String,
    /// For each column of the target, the one of the file; nothing where there is none.
    pub columns: Vec<Option<String>>,
    /// All columns that it has in the file.
    pub all_columns: Vec<String>,
    /// The table that it becomes.
    pub becomes: Arc<MovedTable>,
}

/// What was found in a table.
#[derive(Clone, Debug)]
pub struct ForeignLook {
    /// Its rows, as they will be.
    pub digest: TableDigest,
    /// Values that are put right.
    pub repaired: Vec<Repaired>,
}

impl ForeignTable {
    /// The select of all rows behind a number, in the order of their making.
    fn select(&self, after: i64) -> String {
        let is_column =
            |name: &str| self.all_columns.iter().any(|column| column.eq_ignore_ascii_case(name));
        let number = NUMBERS.into_iter().find(|name| !is_column(name)).unwrap_or("rowid");
        let columns = self.columns.iter().map(|column| match column {
            Some(name) => quoted(name),
            None => "NULL".to_owned(),
        });
        let columns: Vec<String> = columns.collect();
        format!(
            "SELECT {number}, {} FROM {} WHERE {number} > {after} ORDER BY {number}",
            columns.join(", "),
            quoted(&self.name)
        )
    }
}

impl ForeignFile {
    /// Looks through a table, whose rows go to a place; `seen` hears of each row, `told` how many
    /// rows were looked at.
    ///
    /// # Errors
    /// Whatever the engine says.
    pub async fn look_through(
        &self,
        table: &ForeignTable,
        target: &Place,
        seen: &(dyn Fn(&[Cell]) + Sync),
        told: &(dyn Fn(u64) + Sync),
    ) -> StorageResult<ForeignLook> {
        let (mut running, mut repairs) = (Running::default(), Repairs::default());
        let looking = self.each_batch(table, i64::MIN, BatchSize::default(), async |batch| {
            let count = batch.rows.len();
            for row in batch.rows {
                let row = repairs.put_right(&table.becomes, target.dialect(), row);
                seen(&row.cells);
                running.add(&row);
            }
            told(u64::try_from(count).unwrap_or_default());
            Ok(())
        });
        looking.await?;
        Ok(ForeignLook { digest: running.end(), repaired: repairs.of(&table.becomes) })
    }

    /// Copies the rows of a table that are not in the target yet; `told` hears how many come.
    ///
    /// # Errors
    /// Whatever either engine says. What was copied before stays.
    pub async fn copy_table(
        &self,
        table: &ForeignTable,
        target: (&Place, &Database),
        progress: Progress,
        size: BatchSize,
        told: &(dyn Fn(u64) + Sync),
    ) -> StorageResult<()> {
        let (place, database) = target;
        let (mut progress, mut repairs) = (progress, Repairs::default());
        let after = progress.last;
        let copying = self.each_batch(table, after, size, async |batch| {
            let right = |row: MovedRow| repairs.put_right(&table.becomes, place.dialect(), row);
            let mut ready = Batch::default();
            batch.rows.into_iter().map(right).for_each(|row| ready.push(row));
            let next = write(database, &table.becomes, progress.clone(), ready).await?;
            told(next.rows - progress.rows);
            progress = next;
            Ok(())
        });
        copying.await?;
        end(database, &table.becomes, progress).await
    }

    async fn each_batch(
        &self,
        table: &ForeignTable,
        after: i64,
        size: BatchSize,
        consume: impl AsyncFnMut(Batch) -> StorageResult<()>,
    ) -> StorageResult<()> {
        let select = Statement::vouched(table.select(after));
        piped(|sink| self.snapshot.stream(select, size, sink), consume).await
    }
}
