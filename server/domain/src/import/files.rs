//! Uploaded files and the pictures made of them.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::{TryStreamExt, stream};
use tokio::sync::mpsc;
use underpin_files::{FileKey, FileStore};

use super::{
    error::ImportError,
    report::{FilesReport, Note, NoteKind},
};
use crate::{
    schema::Snapshot,
    transfer::{Listener, Step, Telling},
};

/// Where files lie in a data directory.
const FOLDER: &str = "storage";
/// What the reference server keeps beside each file: its type, which we tell by its name.
const ATTRIBUTES: &str = ".attrs";
/// How the folder of the pictures of a file begins.
const THUMBS: &str = "thumbs_";
/// Files that are copied side by side.
const AT_ONCE: usize = 8;
/// Files that wait to be copied.
const WAITING: usize = 64;

/// A file and the key that it gets.
struct Found {
    path: PathBuf,
    key: FileKey,
    bytes: u64,
    is_thumb: bool,
}

/// What was found besides files that can be taken.
#[derive(Default)]
struct Aside {
    strange: u64,
    first_strange: String,
    foreign: Vec<String>,
}

impl Aside {
    fn put(&mut self, path: &Path) {
        if self.strange == 0 {
            self.first_strange = path.display().to_string();
        }
        self.strange += 1;
    }
}

/// Counts the files.
pub(super) fn look(
    folder: &Path,
    schema: &Snapshot,
    notes: &mut Vec<Note>,
) -> Result<FilesReport, ImportError> {
    let mut report = FilesReport::default();
    let aside = walk(folder, &ids(schema), &mut |found| {
        count(&mut report, &found);
        true
    })
    .map_err(|error| failed(folder, error))?;
    note(aside, notes);
    Ok(report)
}

/// Copies the files that are not there yet.
pub(super) async fn copy(
    folder: &Path,
    schema: &Snapshot,
    store: &FileStore,
    listener: &dyn Listener,
    notes: &mut Vec<Note>,
) -> Result<FilesReport, ImportError> {
    let telling = Telling::begin(listener, Step::Files, 0);
    let (sink, files) = mpsc::channel(WAITING);
    let (place, ids) = (folder.to_owned(), ids(schema));
    let walking = tokio::task::spawn_blocking(move || {
        let mut report = FilesReport::default();
        let aside = walk(&place, &ids, &mut |found| {
            count(&mut report, &found);
            // Nobody takes them any more where copying has failed.
            sink.blocking_send(found).is_ok()
        });
        (report, aside)
    });
    let copied = Arc::new(AtomicU64::new(0));
    let all = stream::unfold(files, async |mut files| {
        files.recv().await.map(|found: Found| (Ok::<_, ImportError>(found), files))
    });
    let all = std::pin::pin!(all);
    let taking = all.try_for_each_concurrent(AT_ONCE, |found| {
        let (copied, telling) = (Arc::clone(&copied), &telling);
        async move {
            if store.take_in(&found.path, &found.key).await? {
                copied.fetch_add(1, Ordering::Relaxed);
            }
            telling.advance(1);
            Ok(())
        }
    });
    taking.await?;
    let (mut report, aside) =
        walking.await.map_err(|error| failed(folder, io::Error::other(error)))?;
    note(aside.map_err(|error| failed(folder, error))?, notes);
    telling.end();
    report.copied = copied.load(Ordering::Relaxed);
    Ok(report)
}

fn ids(schema: &Snapshot) -> Vec<String> {
    let tables = schema.collections().iter().filter(|collection| !collection.is_view());
    tables.map(|collection| collection.id.clone()).collect()
}

fn count(report: &mut FilesReport, found: &Found) {
    report.found += 1;
    report.bytes += found.bytes;
    report.thumbs += u64::from(found.is_thumb);
}

/// Goes through the folders of collections, records and thumbs; ends when it is told so.
fn walk(folder: &Path, ids: &[String], taken: &mut dyn FnMut(Found) -> bool) -> io::Result<Aside> {
    let mut aside = Aside::default();
    for collection in entries(&folder.join(FOLDER))? {
        if !ids.contains(&collection.name) {
            aside.foreign.push(collection.name);
            continue;
        }
        if collection.kind != Kind::Folder {
            aside.put(&collection.path);
        } else if !collection_files(&collection, &mut aside, taken)? {
            break;
        }
    }
    Ok(aside)
}

/// The files of a collection; false when no more are wanted. There may be many records, so they
/// are not collected.
fn collection_files(
    collection: &Entry,
    aside: &mut Aside,
    taken: &mut dyn FnMut(Found) -> bool,
) -> io::Result<bool> {
    for record in fs::read_dir(&collection.path)? {
        let record = record?;
        let (path, name) = (record.path(), record.file_name().to_string_lossy().into_owned());
        if Kind::of(record.file_type()?) != Kind::Folder {
            aside.put(&path);
            continue;
        }
        for entry in entries(&path)? {
            let ids = (collection.name.as_str(), name.as_str());
            if !record_file(ids, entry, aside, taken)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn record_file(
    (collection, record): (&str, &str),
    entry: Entry,
    aside: &mut Aside,
    taken: &mut dyn FnMut(Found) -> bool,
) -> io::Result<bool> {
    match entry.name.strip_prefix(THUMBS).filter(|_| entry.kind == Kind::Folder) {
        Some(original) => thumbs((collection, record, original), &entry, aside, taken),
        None => {
            let key = FileKey::new(collection, record, &entry.name).ok();
            Ok(offer(entry, key, false, aside, taken))
        }
    }
}

fn thumbs(
    (collection, record, original): (&str, &str, &str),
    folder: &Entry,
    aside: &mut Aside,
    taken: &mut dyn FnMut(Found) -> bool,
) -> io::Result<bool> {
    for thumb in entries(&folder.path)? {
        let size = thumb.name.strip_suffix(original).and_then(|size| size.strip_suffix('_'));
        let key = size.and_then(|size| FileKey::thumb(collection, record, original, size).ok());
        if !offer(thumb, key, true, aside, taken) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn offer(
    entry: Entry,
    key: Option<FileKey>,
    is_thumb: bool,
    aside: &mut Aside,
    taken: &mut dyn FnMut(Found) -> bool,
) -> bool {
    let Some(key) = key.filter(|_| entry.kind == Kind::File) else {
        aside.put(&entry.path);
        return true;
    };
    taken(Found { path: entry.path, key, bytes: entry.bytes, is_thumb })
}

struct Entry {
    name: String,
    path: PathBuf,
    kind: Kind,
    bytes: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Folder,
    File,
    /// A link, which may lead out of the project, or a pipe, which may never end.
    Other,
}

impl Kind {
    /// The kind of the thing itself, not of what it leads to.
    fn of(kind: fs::FileType) -> Self {
        match kind {
            kind if kind.is_dir() => Self::Folder,
            kind if kind.is_file() => Self::File,
            _ => Self::Other,
        }
    }
}

/// What is in a folder, without the attributes of what is there; nothing where there is none.
fn entries(folder: &Path) -> io::Result<Vec<Entry>> {
    let listed = match fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            return Ok(Vec::new());
        }
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in listed {
        let entry = entry?;
        let meta = entry.metadata()?;
        found.push(Entry {
            name: entry.file_name().to_string_lossy().into_owned(),
            path: entry.path(),
            kind: Kind::of(meta.file_type()),
            bytes: meta.len(),
        });
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    let names: std::collections::HashSet<String> =
        found.iter().map(|entry| entry.name.clone()).collect();
    let is_attribute =
        |name: &str| name.strip_suffix(ATTRIBUTES).is_some_and(|original| names.contains(original));
    found.retain(|entry| !is_attribute(&entry.name));
    Ok(found)
}

fn note(aside: Aside, notes: &mut Vec<Note>) {
    if aside.strange > 0 {
        let text = format!(
            "{} entries are no files of records, are links, or have names that can't be served; \
             they were not copied",
            aside.strange
        );
        notes.push(Note::new(NoteKind::Files, aside.first_strange, text));
    }
    for name in aside.foreign {
        let text = "the folder is of no collection that has records: it was not copied";
        notes.push(Note::new(NoteKind::Files, format!("{FOLDER}/{name}"), text));
    }
}

fn failed(folder: &Path, error: io::Error) -> ImportError {
    ImportError::File(format!("the files in {} can't be read", folder.display()), error)
}
