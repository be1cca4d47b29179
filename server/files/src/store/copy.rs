//! All files of one store into another.

use futures_util::{StreamExt, TryStreamExt};
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart, path::Path};

use super::{FileStore, STAGING, found};
use crate::error::FileError;

impl FileStore {
    /// Copies every file that the other store lacks, or has in another size; says how many. `told`
    /// hears of each file, copied or not. Uploads that are under way are none yet.
    ///
    /// # Errors
    /// The first error of either store; what was copied before it stays.
    pub async fn copy_to(&self, other: &Self, told: &(dyn Fn() + Sync)) -> Result<u64, FileError> {
        let (from, to) = (self.objects(), other.objects());
        let mut files = from.list(None);
        let mut copied = 0;
        while let Some(file) = files.next().await.transpose()? {
            if file.location.prefix_matches(&Path::from(STAGING)) {
                continue;
            }
            let there = found(to.head(&file.location).await)?;
            if there.is_none_or(|there| there.size != file.size) {
                copy_one(from.as_ref(), to.as_ref(), &file.location).await?;
                copied += 1;
            }
            told();
        }
        Ok(copied)
    }
}

async fn copy_one(
    from: &dyn ObjectStore,
    to: &dyn ObjectStore,
    path: &Path,
) -> Result<(), FileError> {
    let mut bytes = from.get(path).await?.into_stream();
    let mut upload = WriteMultipart::new(to.put_multipart(path).await?);
    while let Some(part) = bytes.try_next().await? {
        upload.wait_for_capacity(2).await?;
        upload.put(part);
    }
    upload.finish().await?;
    Ok(())
}
