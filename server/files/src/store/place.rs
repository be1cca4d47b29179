//! One place for files, and how a file gets from one to another.

use std::{fmt, path::PathBuf, sync::Arc};

use bytes::BytesMut;
use futures_util::TryStreamExt;
use object_store::{
    ObjectStore, ObjectStoreExt, local::LocalFileSystem, memory::InMemory, path::Path,
};

use super::{S3Bucket, STAGING, found};
use crate::error::FileError;

/// A folder that keeps the staging folder from ever being empty: empty ones are removed with their
/// last file, perhaps while another file is on its way out of them.
const ALWAYS_THERE: &str = ".stays";

/// Size of the parts in which large files are written to disk.
pub(crate) const LOCAL_PART_BYTES: usize = 512 * 1024;

/// A place for files.
pub(crate) struct Place {
    pub(crate) objects: Arc<dyn ObjectStore>,
    /// The staging folder, if it is one on disk.
    pub(crate) staging_folder: Option<PathBuf>,
    /// Size of the parts in which large files are written.
    pub(crate) part_bytes: usize,
    /// The largest file that the place copies by itself.
    pub(crate) copy_bytes: u64,
    /// The bucket, if it is one.
    pub(crate) bucket: Option<S3Bucket>,
}

impl Place {
    pub(crate) fn local(folder: &std::path::Path) -> Result<Self, FileError> {
        std::fs::create_dir_all(folder.join(STAGING).join(ALWAYS_THERE))?;
        let objects =
            LocalFileSystem::new_with_prefix(folder)?.with_automatic_cleanup(true).with_fsync(true);
        Ok(Self {
            objects: Arc::new(objects),
            staging_folder: Some(folder.join(STAGING)),
            part_bytes: LOCAL_PART_BYTES,
            copy_bytes: u64::MAX,
            bucket: None,
        })
    }

    pub(crate) fn memory() -> Self {
        Self {
            objects: Arc::new(InMemory::new()),
            staging_folder: None,
            part_bytes: LOCAL_PART_BYTES,
            copy_bytes: u64::MAX,
            bucket: None,
        }
    }

    /// The folder, if it is one on disk.
    pub(crate) fn folder(&self) -> Option<&std::path::Path> {
        self.staging_folder.as_deref().and_then(std::path::Path::parent)
    }

    /// Removes a file. A missing one is removed already.
    pub(crate) async fn delete(&self, path: &Path) -> Result<(), FileError> {
        found(self.objects.delete(path).await).map(drop)
    }

    /// Moves a file of a known size, perhaps to another place.
    pub(crate) async fn hand_over(
        &self,
        from: &Path,
        size: u64,
        place: &Self,
        to: &Path,
    ) -> Result<(), FileError> {
        if std::ptr::eq(self, place) && size <= self.copy_bytes {
            return Ok(self.objects.rename(from, to).await?);
        }
        self.carry(from, place, to).await?;
        self.delete(from).await
    }

    /// Reads a file here and writes it there, part by part.
    async fn carry(&self, from: &Path, place: &Self, to: &Path) -> Result<(), FileError> {
        let mut bytes = self.objects.get(from).await?.into_stream();
        let mut parts = place.objects.put_multipart(to).await?;
        let written = async {
            let mut buffer = BytesMut::new();
            while let Some(chunk) = bytes.try_next().await? {
                buffer.extend_from_slice(&chunk);
                while buffer.len() >= place.part_bytes {
                    let part = buffer.split_to(place.part_bytes).freeze();
                    parts.put_part(part.into()).await?;
                }
            }
            // A file has at least one part.
            parts.put_part(buffer.freeze().into()).await?;
            parts.complete().await
        };
        if let Err(error) = written.await {
            if let Err(error) = parts.abort().await {
                tracing::warn!(%error, "parts of a file that could not be moved stay behind");
            }
            return Err(error.into());
        }
        Ok(())
    }
}

impl fmt::Debug for Place {
    /// Without what the store itself would print, which may be its keys.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Place").field("folder", &self.staging_folder).finish_non_exhaustive()
    }
}
