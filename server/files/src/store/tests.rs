use std::{cell::Cell, io, path::Path as FsPath, time::Duration};

use object_store::ObjectStoreExt;
use tempfile::TempDir;

use super::{place::LOCAL_PART_BYTES, *};

const MANY: u64 = 1 << 40;

/// Runs a guarantee against every kind of store.
async fn on_each<F: AsyncFn(FileStore)>(guarantee: F) {
    let folder = TempDir::new().unwrap();
    guarantee(FileStore::local(folder.path()).unwrap()).await;
    guarantee(FileStore::memory()).await;
}

fn chunks(all: &[u8], size: usize) -> impl Stream<Item = io::Result<Bytes>> {
    let chunks: Vec<_> = all.chunks(size).map(|chunk| Ok(Bytes::copy_from_slice(chunk))).collect();
    stream::iter(chunks)
}

async fn stage(store: &FileStore, bytes: &[u8]) -> Staged {
    store.put_staged(chunks(bytes, 1000), MANY).await.unwrap()
}

async fn put(store: &FileStore, key: &FileKey, bytes: &[u8]) {
    stage(store, bytes).await.keep(key).await.unwrap();
}

async fn bytes_of(store: &FileStore, key: &FileKey, range: Option<ByteRange>) -> Vec<u8> {
    let opened = store.read(key, range).await.unwrap().unwrap();
    opened.body.try_collect::<Vec<_>>().await.unwrap().concat()
}

async fn staged_count(store: &FileStore) -> usize {
    store.objects().list(Some(&Path::from(STAGING))).count().await
}

fn key(record: &str, name: &str) -> FileKey {
    FileKey::new("posts", record, name).unwrap()
}

fn pattern(size: usize) -> Vec<u8> {
    (0..251_u8).cycle().take(size).collect()
}

#[tokio::test]
async fn a_kept_file_reads_back_whole_and_in_part() {
    on_each(async |store| {
        for size in [0, 1, 5000, LOCAL_PART_BYTES, LOCAL_PART_BYTES + 1, 3 * LOCAL_PART_BYTES + 7] {
            let (key, all) = (key("r1", "file.bin"), pattern(size));
            let staged = stage(&store, &all).await;
            assert_eq!(staged.size(), u64::try_from(size).unwrap());
            assert_eq!(staged.head(), &all[..size.min(4096)]);
            staged.keep(&key).await.unwrap();

            let meta = store.get(&key).await.unwrap().unwrap();
            assert_eq!(meta.size, u64::try_from(size).unwrap());
            assert!(meta.etag.len() > 2 && meta.etag.starts_with('"') && meta.etag.ends_with('"'));
            assert_eq!(bytes_of(&store, &key, None).await, all);
            if size > 10 {
                let range = ByteRange { first: 3, last: 9 };
                assert_eq!(bytes_of(&store, &key, Some(range)).await, all[3..10]);
                let last = u64::try_from(size).unwrap() - 1;
                let range = ByteRange { first: last, last };
                assert_eq!(bytes_of(&store, &key, Some(range)).await, all[size - 1..]);
            }
            assert_eq!(staged_count(&store).await, 0);
        }
    })
    .await;
}

#[tokio::test]
async fn a_staged_file_is_not_visible_and_discarding_removes_it() {
    on_each(async |store| {
        let staged = stage(&store, b"abc").await;
        assert_eq!(store.get(&key("r1", "a.txt")).await.unwrap(), None);
        assert_eq!(staged_count(&store).await, 1);
        staged.discard().await.unwrap();
        assert_eq!(staged_count(&store).await, 0);
    })
    .await;
}

#[tokio::test]
async fn dropping_a_staged_file_removes_it() {
    on_each(async |store| {
        drop(stage(&store, b"abc").await);
        until(async || staged_count(&store).await == 0).await;
    })
    .await;
}

#[tokio::test]
async fn a_file_over_the_limit_is_refused_as_soon_as_it_is_and_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let store = FileStore::local(folder.path()).unwrap();
    let limit = u64::try_from(2 * LOCAL_PART_BYTES).unwrap();
    let taken = Cell::new(0);
    let pieces = stream::iter(0..100).map(|_| {
        taken.set(taken.get() + 1);
        Ok::<_, io::Error>(Bytes::from(vec![7; 100_000]))
    });
    let refused = store.put_staged(pieces, limit).await;
    assert!(matches!(refused, Err(FileError::TooLarge { limit: at }) if at == limit));
    assert_eq!(taken.get(), 11, "the rest is not even read");
    until(async || files_under(folder.path()) == 0).await;

    let exact = store.put_staged(chunks(&[1; 10], 3), 10).await.unwrap();
    assert_eq!(exact.size(), 10);
    assert!(store.put_staged(chunks(&[1; 11], 3), 10).await.is_err());
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let store = FileStore::local(folder.path()).unwrap();
    let begun = chunks(&pattern(2 * LOCAL_PART_BYTES), 10_000).collect::<Vec<_>>().await;
    let broken = stream::iter(begun).chain(stream::once(async { Err(io::Error::other("gone")) }));
    let refused = store.put_staged(broken, MANY).await;
    assert!(matches!(refused, Err(FileError::Interrupted(_))));
    until(async || files_under(folder.path()) == 0).await;
}

#[tokio::test]
async fn a_large_upload_holds_no_more_than_one_part_in_memory() {
    let store = FileStore::memory();
    let mut upload = store.upload(MANY);
    let piece = pattern(3 * LOCAL_PART_BYTES + 11);
    for _ in 0..10 {
        upload.push(&piece).await.unwrap();
        assert!(upload.buffered() <= LOCAL_PART_BYTES, "{}", upload.buffered());
    }
}

#[tokio::test]
async fn missing_files_are_an_answer_and_deleting_them_is_fine() {
    on_each(async |store| {
        let key = key("r1", "a.txt");
        assert_eq!(store.get(&key).await.unwrap(), None);
        assert!(store.read(&key, None).await.unwrap().is_none());
        store.delete(&key).await.unwrap();
        put(&store, &key, b"abc").await;
        store.delete(&key).await.unwrap();
        store.delete(&key).await.unwrap();
        assert_eq!(store.get(&key).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_folder_is_no_file() {
    let folder = TempDir::new().unwrap();
    let store = FileStore::local(folder.path()).unwrap();
    let thumb = FileKey::thumb("posts", "r1", "a.png", "100x100").unwrap();
    put(&store, &thumb, b"abc").await;
    let folder_key = key("r1", "thumbs_a.png");
    assert_eq!(store.get(&folder_key).await.unwrap(), None);
    assert!(store.read(&folder_key, None).await.unwrap().is_none());
}

#[tokio::test]
async fn deleting_a_prefix_takes_that_record_or_collection_and_no_other() {
    on_each(async |store| {
        let thumb = FileKey::thumb("posts", "r1", "a.png", "100x100").unwrap();
        for key in [key("r1", "a.png"), key("r1", "b.png"), key("r11", "a.png"), thumb] {
            put(&store, &key, b"abc").await;
        }
        let other = FileKey::new("posts2", "r1", "a.png").unwrap();
        put(&store, &other, b"abc").await;

        let record = Prefix::record("posts", "r1").unwrap();
        let listed: Vec<StoredFile> = store.list_prefix(&record).try_collect().await.unwrap();
        let mut names: Vec<_> = listed.into_iter().map(|file| file.key).collect();
        names.sort();
        let thumb = "posts/r1/thumbs_a.png/100x100_a.png";
        assert_eq!(names, ["posts/r1/a.png", "posts/r1/b.png", thumb]);

        assert_eq!(store.delete_prefix(&record).await.unwrap(), 3);
        assert!(store.get(&key("r11", "a.png")).await.unwrap().is_some());
        let collection = Prefix::collection("posts").unwrap();
        assert_eq!(store.delete_prefix(&collection).await.unwrap(), 1);
        assert_eq!(store.delete_prefix(&collection).await.unwrap(), 0);
        assert!(store.get(&other).await.unwrap().is_some());
    })
    .await;
}

#[tokio::test]
async fn the_sweep_takes_old_leftovers_and_leaves_the_rest() {
    on_each(async |store| {
        let (kept, staged) = (key("r1", "a.txt"), stage(&store, b"abc").await);
        put(&store, &kept, b"abc").await;
        let written = store.objects().list(Some(&Path::from(STAGING))).next().await;
        let written = SystemTime::from(written.unwrap().unwrap().last_modified);
        let hour = Duration::from_secs(3600);

        assert_eq!(store.sweep_staging(written - hour).await.unwrap(), 0);
        assert_eq!(staged_count(&store).await, 1);
        assert_eq!(store.sweep_staging(written + hour).await.unwrap(), 1);
        assert_eq!(staged_count(&store).await, 0);
        assert!(store.get(&kept).await.unwrap().is_some());
        assert!(staged.keep(&key("r1", "b.txt")).await.is_err(), "it was swept away");
    })
    .await;
}

#[tokio::test]
async fn the_sweep_finds_files_that_were_never_finished() {
    let folder = TempDir::new().unwrap();
    let store = FileStore::local(folder.path()).unwrap();
    assert_eq!(store.sweep_staging(SystemTime::UNIX_EPOCH).await.unwrap(), 0);
    let mut parts = store.objects().put_multipart(&Path::from(".staging/lost")).await.unwrap();
    parts.put_part(Bytes::from_static(b"abc").into()).await.unwrap();
    // As after a crash: nothing is dropped, nothing is cleaned up.
    std::mem::forget(parts);
    assert_eq!(files_under(folder.path()), 1);
    let far = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 34);
    assert_eq!(store.sweep_staging(far).await.unwrap(), 1);
    assert_eq!(files_under(folder.path()), 0);
}

#[tokio::test]
async fn files_survive_reopening_the_folder() {
    let folder = TempDir::new().unwrap();
    let key = key("r1", "a.txt");
    put(&FileStore::local(folder.path()).unwrap(), &key, b"abc").await;
    let reopened = FileStore::local(folder.path()).unwrap();
    assert_eq!(bytes_of(&reopened, &key, None).await, b"abc");
    assert!(folder.path().join("posts/r1/a.txt").is_file());
}

/// Waits for work that a drop has left to the runtime.
async fn until<F: AsyncFn() -> bool>(done: F) {
    let finished = async {
        while !done().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), finished).await.expect("it never happened");
}

fn files_under(folder: &FsPath) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { files_under(&path) } else { 1 }).sum()
}

#[tokio::test]
async fn a_file_that_is_too_large_to_be_copied_is_carried_part_by_part() {
    let mut place = Place::memory();
    place.copy_bytes = 10;
    let store = FileStore::at(place);
    for size in [0, 1, 11, LOCAL_PART_BYTES, LOCAL_PART_BYTES + 1, 3 * LOCAL_PART_BYTES + 7] {
        let (key, all) = (key("r1", &format!("{size}.bin")), pattern(size));
        put(&store, &key, &all).await;
        assert_eq!(bytes_of(&store, &key, None).await, all, "{size}");
        assert_eq!(staged_count(&store).await, 0);
    }
}

#[tokio::test]
async fn a_file_that_was_staged_before_a_switch_gets_to_the_place_that_counts_then() {
    let folder = TempDir::new().unwrap();
    let store = FileStore::local(folder.path()).unwrap();
    let all = pattern(2 * LOCAL_PART_BYTES + 3);
    let (kept, dropped) = (stage(&store, &all).await, stage(&store, b"abc").await);
    store.current.store(Arc::new(Place::memory()));
    kept.keep(&key("r1", "a.bin")).await.unwrap();
    dropped.discard().await.unwrap();
    assert_eq!(bytes_of(&store, &key("r1", "a.bin"), None).await, all);
    assert_eq!(files_under(folder.path()), 0);
    store.move_home();
    assert_eq!(store.get(&key("r1", "a.bin")).await.unwrap(), None);
}

#[tokio::test]
async fn a_probe_leaves_nothing() {
    on_each(async |store| {
        store.probe().await.unwrap();
        assert_eq!(staged_count(&store).await, 0);
    })
    .await;
}
