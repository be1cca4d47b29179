//! Files of a write: in their place before it, and put right after it.

use std::collections::{BTreeMap, BTreeSet};

use underpin_files::{FileKey, Prefix};
use underpin_model::{Collection, DomainError, DomainResult, Record};

use super::{Upload, file::file_fault, modifiers};
use crate::{Backend, removal};

/// What a write has made of one record: nothing before is a new one, nothing after a deleted one.
pub(super) struct Step {
    pub(super) before: Option<Record>,
    pub(super) after: Option<Record>,
}

impl Step {
    /// A new record.
    pub(super) fn made(record: Record) -> Self {
        Self { before: None, after: Some(record) }
    }
}

/// Files that were put into their place for a write that is still to come.
#[derive(Default)]
pub(super) struct KeptFiles(Vec<FileName>);

/// Collection id, record id, name.
type FileName = (String, String, String);

impl KeptFiles {
    /// Moves those uploads of a record that it names to their place.
    pub(super) async fn named(
        backend: &Backend,
        record: &Record,
        uploads: Vec<Upload>,
    ) -> DomainResult<Self> {
        let is_named = |upload: &Upload| {
            let (field, _) = modifiers::split(&upload.file.field);
            record.get(field).is_some_and(|v| v.as_texts().contains(&upload.file.stored_name))
        };
        let uploads = uploads.into_iter().filter(is_named).collect();
        let mut kept = Self::default();
        match kept.add(record.collection(), record.id(), uploads).await {
            Ok(()) => Ok(kept),
            Err(error) => {
                kept.take_back(backend).await;
                Err(error)
            }
        }
    }

    /// Moves uploads of a record to their place. After a failure some may be there: take them back.
    pub(super) async fn add(
        &mut self,
        collection: &Collection,
        id: &str,
        uploads: Vec<Upload>,
    ) -> DomainResult<()> {
        for upload in uploads {
            let name = upload.file.stored_name;
            let key = FileKey::new(&collection.id, id, &name)
                .map_err(|_| DomainError::bad_request("A file's name can't be used."))?;
            upload.staged.keep(&key).await.map_err(|e| file_fault("keeping a file", e))?;
            self.0.push((collection.id.clone(), id.to_owned(), name));
        }
        Ok(())
    }

    /// Removes the files again after a failed write.
    pub(super) async fn take_back(self, backend: &Backend) {
        for name in &self.0 {
            remove(backend, name).await;
        }
    }

    /// Removes what the write has left without a record that names it.
    pub(super) async fn settle(self, backend: &Backend, steps: &[Step]) {
        let mut last: BTreeMap<(&str, &str), Option<&Record>> = BTreeMap::new();
        let mut known: BTreeSet<FileName> = self.0.into_iter().collect();
        for step in steps {
            for record in step.before.iter().chain(&step.after) {
                if !has_files(record) {
                    continue;
                }
                known.extend(file_names(record));
                let key = (record.collection().id.as_str(), record.id());
                last.insert(key, step.after.as_ref());
            }
        }
        for ((collection, id), _) in last.iter().filter(|(_, record)| record.is_none()) {
            let Ok(files) = Prefix::record(collection, id) else { continue };
            if let Err(error) = removal::remove_files(backend, &files).await {
                tracing::warn!(%error, "files of a deleted record stay behind");
            }
        }
        let standing: BTreeSet<FileName> =
            last.values().flatten().flat_map(|record| file_names(record)).collect();
        for name in known.difference(&standing) {
            let is_gone =
                last.get(&(name.0.as_str(), name.1.as_str())).is_some_and(Option::is_none);
            if !is_gone {
                remove(backend, name).await;
            }
        }
    }
}

/// Whether records like this have files at all: most deletions need not look at the disk.
pub(super) fn has_files(record: &Record) -> bool {
    record.collection().fields.iter().any(|field| field.file_options().is_some())
}

/// The files that a record names.
fn file_names(record: &Record) -> impl Iterator<Item = FileName> {
    let name_of =
        |name: &String| (record.collection().id.clone(), record.id().to_owned(), name.clone());
    record
        .cells()
        .filter(|(field, _)| field.file_options().is_some())
        .flat_map(move |(_, value)| value.as_texts().iter().map(name_of))
}

async fn remove(backend: &Backend, (collection, id, name): &FileName) {
    let Ok(key) = FileKey::new(collection, id, name) else { return };
    if let Err(error) = removal::remove_file(backend, &key).await {
        tracing::warn!(%error, "a file that no record names stays behind");
    }
}
