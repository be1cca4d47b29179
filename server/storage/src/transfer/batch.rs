//! Rows on their way, some at a time, so that memory does not grow with the project.

use tokio::sync::mpsc;

use crate::{Cell, StorageResult};

/// Batches that wait between the one who reads and the one who writes.
const WAITING: usize = 2;

/// How much is under way at once.
#[derive(Clone, Copy, Debug)]
pub struct BatchSize {
    /// Most rows.
    pub rows: usize,
    /// About how many bytes; a single row may be larger.
    pub bytes: usize,
}

/// A row, with its number if it has one.
#[derive(Clone, Debug)]
pub(crate) struct MovedRow {
    pub(crate) number: i64,
    pub(crate) cells: Vec<Cell>,
}

/// Rows in their order.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) rows: Vec<MovedRow>,
    bytes: usize,
}

impl Default for BatchSize {
    fn default() -> Self {
        Self { rows: 10_000, bytes: 4 << 20 }
    }
}

impl Batch {
    pub(crate) fn push(&mut self, row: MovedRow) {
        self.bytes += row.cells.iter().map(size_of_cell).sum::<usize>();
        self.rows.push(row);
    }

    /// What is in here, if that is enough for one time.
    pub(crate) fn take_full(&mut self, size: BatchSize) -> Option<Self> {
        let is_full = self.rows.len() >= size.rows || self.bytes >= size.bytes;
        is_full.then(|| std::mem::take(self))
    }
}

/// Reads batches into a channel while they are consumed from it.
pub(crate) async fn piped<R: Future<Output = StorageResult<()>>>(
    read: impl FnOnce(mpsc::Sender<Batch>) -> R,
    mut consume: impl AsyncFnMut(Batch) -> StorageResult<()>,
) -> StorageResult<()> {
    let (sink, mut batches) = mpsc::channel(WAITING);
    let consuming = async {
        while let Some(batch) = batches.recv().await {
            consume(batch).await?;
        }
        Ok(())
    };
    tokio::try_join!(read(sink), consuming).map(drop)
}

/// About what a cell takes up.
fn size_of_cell(cell: &Cell) -> usize {
    let inside = match cell {
        Cell::Text(text) => text.len(),
        Cell::Blob(bytes) => bytes.len(),
        Cell::Null | Cell::Int(_) | Cell::Real(_) => 0,
    };
    size_of::<Cell>() + inside
}
