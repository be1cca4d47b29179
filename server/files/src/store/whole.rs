//! A store as a whole: what is in it, and files that lie beside one another in it.

use futures_util::{StreamExt, TryStreamExt, stream::BoxStream};
use object_store::{ObjectStoreExt, WriteMultipart, path::Path};
use tokio::io::AsyncReadExt;

use super::{FileMeta, FileStore, Place, STAGING, StoredFile};
use crate::{error::FileError, key::FileKey};

/// Most parts of an upload that a bucket takes.
const MAX_PARTS: u64 = 9_000;
/// Parts that are under way at once.
const PARTS_UNDER_WAY: usize = 2;

impl FileStore {
    /// Every file of every record, in no order; uploads that are under way are none yet.
    pub fn list_all(&self) -> BoxStream<'static, Result<StoredFile, FileError>> {
        let staging = Path::from(STAGING);
        self.objects()
            .list(None)
            .try_filter(move |meta| std::future::ready(!meta.location.prefix_matches(&staging)))
            .map_ok(|meta| StoredFile {
                key: meta.location.to_string(),
                meta: FileMeta::from(&meta),
            })
            .map_err(FileError::from)
            .boxed()
    }

    /// The files that lie in no folder, in the order of their names.
    ///
    /// # Errors
    /// The store's error.
    pub async fn list_alone(&self) -> Result<Vec<StoredFile>, FileError> {
        let listed = self.objects().list_with_delimiter(None).await?;
        let mut files: Vec<StoredFile> = listed
            .objects
            .iter()
            .map(|meta| StoredFile { key: meta.location.to_string(), meta: FileMeta::from(meta) })
            .collect();
        files.sort_by(|one, other| one.key.cmp(&other.key));
        Ok(files)
    }

    /// Where a file is on this machine, if the store is a folder; nobody says that it is there.
    #[must_use]
    pub fn local_path(&self, key: &FileKey) -> Option<std::path::PathBuf> {
        Some(self.place().folder()?.join(key.as_str()))
    }

    /// Takes a file of this machine to a key, in place of one that is there. On the disk it is
    /// renamed where that can be done; its bytes must have been flushed.
    ///
    /// # Errors
    /// The file can't be read, or the store's error. Then the file is still where it was.
    pub async fn bring(&self, file: &std::path::Path, key: &FileKey) -> Result<(), FileError> {
        let place = self.place();
        if let Some(folder) = place.folder() {
            let target = folder.join(key.as_str());
            if tokio::fs::rename(file, &target).await.is_ok() {
                return flush_folder(folder).await;
            }
        }
        send(file, &place, &key.path()).await?;
        Ok(tokio::fs::remove_file(file).await?)
    }
}

/// Sends a file in parts.
async fn send(file: &std::path::Path, place: &Place, path: &Path) -> Result<(), FileError> {
    let mut opened = tokio::fs::File::open(file).await?;
    let size = opened.metadata().await?.len();
    let least = usize::try_from(size / MAX_PARTS).unwrap_or(usize::MAX);
    let part_bytes = place.part_bytes.max(least);
    let parts = place.objects.put_multipart(path).await?;
    let mut upload = WriteMultipart::new_with_chunk_size(parts, part_bytes);
    let mut part = vec![0; place.part_bytes];
    let sent = async {
        loop {
            let count = opened.read(&mut part).await?;
            let Some(read) = part.get(..count).filter(|read| !read.is_empty()) else { break };
            upload.wait_for_capacity(PARTS_UNDER_WAY).await?;
            upload.write(read);
        }
        Ok::<_, FileError>(())
    };
    if let Err(error) = sent.await {
        if let Err(error) = upload.abort().await {
            tracing::warn!(%error, "parts of a file that could not be sent stay behind");
        }
        return Err(error);
    }
    upload.finish().await?;
    Ok(())
}

/// A rename is kept when its folder is on the disk.
async fn flush_folder(folder: &std::path::Path) -> Result<(), FileError> {
    #[cfg(unix)]
    tokio::fs::File::open(folder).await?.sync_all().await?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
