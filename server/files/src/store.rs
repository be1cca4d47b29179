//! The store itself: a folder on disk, a bucket of an object store, or memory in tests. Which one
//! can change while it is in use.

mod copy;
mod hold;
mod local;
mod place;
mod s3;
mod take_in;
mod whole;

use self::hold::Holds;
pub(crate) use self::place::Place;
pub use self::{hold::Hold, s3::S3Bucket};

use std::{sync::Arc, time::SystemTime};

use arc_swap::ArcSwap;

use bytes::Bytes;
use futures_util::{
    Stream, StreamExt, TryStreamExt,
    stream::{self, BoxStream},
};
use object_store::{
    GetOptions, GetResultPayload, ObjectMeta, ObjectStore, ObjectStoreExt, path::Path,
};
use underpin_model::id::random_lowercase;

use crate::{
    error::FileError,
    key::{FileKey, Prefix},
    range::ByteRange,
    staged::{Staged, Upload},
};

/// Where uploads wait. No collection can have this id: keys do not begin with a dot.
const STAGING: &str = ".staging";

/// What is written to see whether a store works.
const PROBE: &[u8] = b"written by underpin to test the store";

/// What is known of a stored file without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileMeta {
    /// Its bytes.
    pub size: u64,
    /// Its entity tag, quoted as in the header.
    pub etag: String,
    /// When it was written.
    pub modified: SystemTime,
}

/// A stored file and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Its key as text.
    pub key: String,
    /// What is known of it.
    pub meta: FileMeta,
}

/// A file being read: what is known of all of it, and the bytes that were asked for.
pub struct Opened {
    /// The whole file's size, tag and date.
    pub meta: FileMeta,
    /// The bytes, as they come from the store.
    pub body: BoxStream<'static, Result<Bytes, FileError>>,
}

/// Where files are. Clones share it, and change together.
#[derive(Debug, Clone)]
pub struct FileStore {
    current: Arc<ArcSwap<Place>>,
    /// Where they are unless a bucket is in use.
    home: Arc<Place>,
    /// Whether files that are to go stay a while.
    holds: Arc<Holds>,
}

impl FileStore {
    /// Files in a folder, which is made if it is missing. What is written is on disk when the
    /// call returns, like the database's commits.
    ///
    /// # Errors
    /// When the folder cannot be made or opened.
    pub fn local(folder: &std::path::Path) -> Result<Self, FileError> {
        Place::local(folder).map(Self::at)
    }

    /// Files in memory.
    #[must_use]
    pub fn memory() -> Self {
        Self::at(Place::memory())
    }

    /// Files in a bucket.
    ///
    /// # Errors
    /// [`FileError::Store`] when the bucket's address can't be used.
    pub fn bucket(bucket: &S3Bucket) -> Result<Self, FileError> {
        bucket.open().map(Self::at)
    }

    fn at(place: Place) -> Self {
        let home = Arc::new(place);
        Self { current: Arc::new(ArcSwap::new(Arc::clone(&home))), home, holds: Arc::default() }
    }

    /// From now on files are in a bucket. Those that are elsewhere stay there.
    ///
    /// # Errors
    /// [`FileError::Store`] when the bucket's address can't be used; nothing changes then.
    pub fn move_to(&self, bucket: &S3Bucket) -> Result<(), FileError> {
        if self.current.load().bucket.as_ref() == Some(bucket) {
            return Ok(());
        }
        self.current.store(Arc::new(bucket.open()?));
        Ok(())
    }

    /// From now on files are where they were when the store was opened.
    pub fn move_home(&self) {
        self.current.store(Arc::clone(&self.home));
    }

    /// Where files are at this moment. What takes several steps stays there until its end.
    pub(crate) fn place(&self) -> Arc<Place> {
        self.current.load_full()
    }

    fn objects(&self) -> Arc<dyn ObjectStore> {
        Arc::clone(&self.current.load().objects)
    }

    /// Writes a file, reads it, and removes it: whether all that is possible.
    ///
    /// # Errors
    /// The store's error of the step that failed.
    pub async fn probe(&self) -> Result<(), FileError> {
        let (place, path) = (self.place(), Path::from_iter([STAGING, &random_lowercase(30)]));
        place.objects.put(&path, Bytes::from_static(PROBE).into()).await?;
        let read = async { place.objects.get(&path).await?.bytes().await };
        let read = read.await;
        place.delete(&path).await?;
        if read?.as_ref() == PROBE { Ok(()) } else { Err(FileError::Changed) }
    }

    /// Begins to receive a file of at most `limit` bytes.
    #[must_use]
    pub fn upload(&self, limit: u64) -> Upload {
        let path = Path::from_iter([STAGING, &random_lowercase(30)]);
        Upload::new(self.clone(), self.place(), path, limit)
    }

    /// Receives a file from a stream.
    ///
    /// # Errors
    /// [`FileError::TooLarge`] as soon as the limit is passed, [`FileError::Interrupted`] when
    /// the stream fails, or the store's error. Nothing stays behind.
    pub async fn put_staged<S, E>(&self, bytes: S, limit: u64) -> Result<Staged, FileError>
    where
        S: Stream<Item = Result<Bytes, E>>,
        E: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let mut bytes = std::pin::pin!(bytes);
        let mut upload = self.upload(limit);
        while let Some(chunk) = bytes.next().await {
            upload.push(&chunk.map_err(|error| FileError::Interrupted(error.into()))?).await?;
        }
        upload.finish().await
    }

    /// What is known of a file, or nothing if it is missing.
    ///
    /// # Errors
    /// The store's error.
    pub async fn get(&self, key: &FileKey) -> Result<Option<FileMeta>, FileError> {
        let found = found(self.objects().head(&key.path()).await)?;
        Ok(found.as_ref().map(FileMeta::from))
    }

    /// Opens a file, or a part of it, or nothing if it is missing.
    ///
    /// # Errors
    /// The store's error, also for a part that lies outside of the file.
    pub async fn read(
        &self,
        key: &FileKey,
        range: Option<ByteRange>,
    ) -> Result<Option<Opened>, FileError> {
        let range = range.map(|range| range.first..range.last.saturating_add(1));
        let options = GetOptions::new().with_range(range);
        let Some(result) = found(self.objects().get_opts(&key.path(), options).await)? else {
            return Ok(None);
        };
        let meta = FileMeta::from(&result.meta);
        let body = match result.payload {
            GetResultPayload::File(file, _) => local::stream(file, result.range).await?,
            GetResultPayload::Stream(stream) => stream.map_err(FileError::from).boxed(),
        };
        Ok(Some(Opened { meta, body }))
    }

    /// Removes a file; while deletions are held back, later. A missing one is removed already.
    ///
    /// # Errors
    /// The store's error.
    pub async fn delete(&self, key: &FileKey) -> Result<(), FileError> {
        let (place, path) = (self.place(), key.path());
        if self.holds.keep(&place, || vec![path.clone()]) {
            return Ok(());
        }
        place.delete(&path).await
    }

    /// Removes all files of a collection or a record; while deletions are held back, later. Says how
    /// many there were.
    ///
    /// # Errors
    /// The store's first error; what was removed before it stays removed.
    pub async fn delete_prefix(&self, prefix: &Prefix) -> Result<usize, FileError> {
        let place = self.place();
        // Listed first, deleted then: a folder is not changed while it is being walked, and what
        // comes to it while deletions are held back stays.
        let listed = place.objects.list(Some(&prefix.path())).map_ok(|meta| meta.location);
        let paths: Vec<Path> = listed.try_collect().await?;
        if self.holds.keep(&place, || paths.clone()) {
            return Ok(paths.len());
        }
        delete_all(&place, paths).await
    }

    /// The files of a collection or a record, in no order.
    pub fn list_prefix(
        &self,
        prefix: &Prefix,
    ) -> BoxStream<'static, Result<StoredFile, FileError>> {
        self.objects()
            .list(Some(&prefix.path()))
            .map_ok(|meta| StoredFile {
                key: meta.location.to_string(),
                meta: FileMeta::from(&meta),
            })
            .map_err(FileError::from)
            .boxed()
    }

    /// Removes uploads that were staged before a moment and neither kept nor discarded, as
    /// after a crash; says how many. The moment should lie further back than any upload takes.
    ///
    /// # Errors
    /// The store's first error.
    pub async fn sweep_staging(&self, before: SystemTime) -> Result<usize, FileError> {
        let place = self.place();
        if let Some(folder) = &place.staging_folder {
            return local::sweep(folder, before).await;
        }
        let old = place
            .objects
            .list(Some(&Path::from(STAGING)))
            .try_filter(move |meta| {
                std::future::ready(SystemTime::from(meta.last_modified) < before)
            })
            .map_ok(|meta| meta.location)
            .try_collect()
            .await?;
        delete_all(&place, old).await
    }
}

async fn delete_all(place: &Place, paths: Vec<Path>) -> Result<usize, FileError> {
    let paths = stream::iter(paths.into_iter().map(Ok)).boxed();
    let mut deleted = place.objects.delete_stream(paths);
    let mut count = 0;
    while let Some(outcome) = deleted.next().await {
        // Another node, or the record's own deletion, may have been first.
        if found(outcome)?.is_some() {
            count += 1;
        }
    }
    Ok(count)
}

impl From<&ObjectMeta> for FileMeta {
    fn from(meta: &ObjectMeta) -> Self {
        let modified = SystemTime::from(meta.last_modified);
        let etag = match &meta.e_tag {
            Some(tag) if tag.ends_with('"') => tag.clone(),
            Some(tag) => format!("\"{tag}\""),
            None => format!("\"{:x}-{:x}\"", meta.last_modified.timestamp_micros(), meta.size),
        };
        Self { size: meta.size, etag, modified }
    }
}

/// A missing object is an answer, not a failure.
fn found<T>(result: object_store::Result<T>) -> Result<Option<T>, FileError> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests;
