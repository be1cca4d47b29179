//! Files that lie on this machine, taken into the store.

use object_store::{ObjectStoreExt, WriteMultipart};
use tokio::io::AsyncReadExt;

use super::{FileStore, found};
use crate::{error::FileError, key::FileKey};

/// Files up to this size are written in one piece, in bytes.
const SMALL: u64 = 1 << 20;

impl FileStore {
    /// Copies a file of this machine to a key, unless the store has one of that size there. Tells
    /// whether it did.
    ///
    /// # Errors
    /// The file can't be read, or the store's error.
    pub async fn take_in(&self, file: &std::path::Path, key: &FileKey) -> Result<bool, FileError> {
        let mut opened = tokio::fs::File::open(file).await?;
        let size = opened.metadata().await?.len();
        let path = key.path();
        let there = found(self.objects().head(&path).await)?;
        if there.is_some_and(|there| there.size == size) {
            return Ok(false);
        }
        if size <= SMALL {
            let mut bytes = Vec::new();
            opened.read_to_end(&mut bytes).await?;
            self.objects().put(&path, bytes.into()).await?;
            return Ok(true);
        }
        let mut upload = WriteMultipart::new(self.objects().put_multipart(&path).await?);
        let mut part = vec![0; self.place().part_bytes];
        loop {
            let count = opened.read(&mut part).await?;
            let Some(read) = part.get(..count).filter(|read| !read.is_empty()) else { break };
            upload.wait_for_capacity(2).await?;
            upload.write(read);
        }
        upload.finish().await?;
        Ok(true)
    }
}
