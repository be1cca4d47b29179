//! Uploads on their way: written to a staging key first, and moved to their place only when
//! the record that names them is saved. What is not kept is removed.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use object_store::{MultipartUpload, ObjectStoreExt, path::Path};
use tokio::runtime::Handle;

use crate::{
    error::FileError,
    key::FileKey,
    mime::HEAD_BYTES,
    store::{FileStore, Place},
};

/// A file that is being received. Whatever its size, no more than one part of it is in memory.
#[derive(Debug)]
pub struct Upload {
    store: FileStore,
    place: Arc<Place>,
    path: Path,
    limit: u64,
    size: u64,
    head: Vec<u8>,
    buffer: BytesMut,
    parts: Option<Box<dyn MultipartUpload>>,
}

impl Upload {
    pub(crate) fn new(store: FileStore, place: Arc<Place>, path: Path, limit: u64) -> Self {
        let (head, buffer) = (Vec::new(), BytesMut::new());
        Self { store, place, path, limit, size: 0, head, buffer, parts: None }
    }

    /// Takes the next bytes.
    ///
    /// # Errors
    /// [`FileError::TooLarge`] as soon as there are more bytes than the limit, or the store's
    /// error. Either way the upload is lost; drop it.
    pub async fn push(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let added = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.size = self.size.saturating_add(added);
        if self.size > self.limit {
            return Err(FileError::TooLarge { limit: self.limit });
        }
        let missing = HEAD_BYTES.saturating_sub(self.head.len());
        self.head.extend(bytes.iter().take(missing));
        let part_bytes = self.place.part_bytes;
        let mut rest = bytes;
        while !rest.is_empty() {
            // A full part waits for the next byte: a file of one part is written at once.
            if self.buffer.len() >= part_bytes {
                self.send_part().await?;
            }
            let room = part_bytes - self.buffer.len();
            let (taken, left) = rest.split_at(room.min(rest.len()));
            self.buffer.extend_from_slice(taken);
            rest = left;
        }
        Ok(())
    }

    /// Ends the file. It stays staged until it is kept or dropped.
    ///
    /// # Errors
    /// The store's error.
    pub async fn finish(mut self) -> Result<Staged, FileError> {
        if self.parts.is_none() {
            let whole = self.buffer.split().freeze();
            self.place.objects.put(&self.path, whole.into()).await?;
        } else {
            self.send_part().await?;
            if let Some(parts) = self.parts.as_mut() {
                parts.complete().await?;
            }
            self.parts = None;
        }
        Ok(Staged {
            store: self.store.clone(),
            place: Arc::clone(&self.place),
            path: Some(self.path.clone()),
            size: self.size,
            head: Bytes::from(std::mem::take(&mut self.head)),
        })
    }

    #[cfg(test)]
    pub(crate) fn buffered(&self) -> usize {
        self.buffer.capacity()
    }

    async fn send_part(&mut self) -> Result<(), FileError> {
        let part = self.buffer.split().freeze();
        let parts = match &mut self.parts {
            Some(parts) => parts,
            none => none.insert(self.place.objects.put_multipart(&self.path).await?),
        };
        parts.put_part(part.into()).await?;
        Ok(())
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        let Some(mut parts) = self.parts.take() else { return };
        // Outside of a runtime nothing can be awaited; the sweep finds it later.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move { parts.abort().await });
        }
    }
}

/// A file that was received in full and has no place yet. Dropping it removes it.
#[derive(Debug)]
pub struct Staged {
    store: FileStore,
    place: Arc<Place>,
    path: Option<Path>,
    size: u64,
    head: Bytes,
}

impl Staged {
    /// How many bytes it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Its first bytes, up to [`HEAD_BYTES`], for telling its type.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        &self.head
    }

    /// Moves it to its place, which may be in another store by now.
    ///
    /// # Errors
    /// The store's error; the staged file is then removed.
    pub async fn keep(mut self, key: &FileKey) -> Result<(), FileError> {
        let current = self.store.place();
        if let Some(path) = &self.path {
            self.place.hand_over(path, self.size, &current, &key.path()).await?;
        }
        self.path = None;
        Ok(())
    }

    /// Removes it, and says when that is done.
    ///
    /// # Errors
    /// The store's error.
    pub async fn discard(mut self) -> Result<(), FileError> {
        match self.path.take() {
            Some(path) => self.place.delete(&path).await,
            None => Ok(()),
        }
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        let Some(path) = self.path.take() else { return };
        let place = Arc::clone(&self.place);
        // Outside of a runtime nothing can be awaited; the sweep finds it later.
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(async move {
                if let Err(error) = place.delete(&path).await {
                    tracing::warn!(%error, "a discarded upload was not removed; the sweep will");
                }
            });
        }
    }
}
