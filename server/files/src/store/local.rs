//! What the disk can do better, or must do differently, than a remote store.

use std::{fs::File, io, io::SeekFrom, ops::Range, path::Path, time::SystemTime};

use bytes::Bytes;
use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use tokio::io::{AsyncReadExt, AsyncSeekExt};
use tokio_util::io::ReaderStream;

use crate::error::FileError;

/// How much is read from disk at a time: few thread hops, little memory for each reader.
const READ_BYTES: usize = 64 * 1024;

/// The bytes of an open file within a range.
pub(super) async fn stream(
    file: File,
    range: Range<u64>,
) -> Result<BoxStream<'static, Result<Bytes, FileError>>, FileError> {
    let mut file = tokio::fs::File::from_std(file);
    file.seek(SeekFrom::Start(range.start)).await?;
    let part = file.take(range.end.saturating_sub(range.start));
    Ok(ReaderStream::with_capacity(part, READ_BYTES).map_err(FileError::from).boxed())
}

/// Removes files in the staging folder that were last written before a moment.
///
/// The folder is read directly, because files that are still being written have names that
/// the store's own listing leaves out, and those are what a crash leaves behind.
pub(super) async fn sweep(folder: &Path, before: SystemTime) -> Result<usize, FileError> {
    let mut entries = match tokio::fs::read_dir(folder).await {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        Err(error) => return Err(error.into()),
    };
    let mut count = 0;
    while let Some(entry) = entries.next_entry().await? {
        // It may be kept or discarded at this moment, and then is none of ours.
        let Ok(meta) = entry.metadata().await else { continue };
        let old = meta.is_file() && meta.modified()? < before;
        if old && tokio::fs::remove_file(entry.path()).await.is_ok() {
            count += 1;
        }
    }
    Ok(count)
}
