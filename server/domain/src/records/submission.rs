//! What a client submits: data and uploaded files.

use underpin_files::Staged;
use underpin_model::JsonMap;

/// A submitted record: its data, and the files that came along.
#[derive(Default)]
pub struct Submission {
    /// The data by field; keys may carry modifiers (`tags+`).
    pub body: JsonMap,
    /// Files, already streamed to their staging place.
    pub uploads: Vec<Upload>,
}

/// One uploaded file.
pub struct Upload {
    /// What is known of it.
    pub file: NewFile,
    /// The staged content; discarded when dropped.
    pub staged: Staged,
}

/// What is known of an uploaded file.
#[derive(Clone, Debug)]
pub struct NewFile {
    /// The field's name, perhaps with a modifier (`photos+`).
    pub field: String,
    /// The name that it came with.
    pub name: String,
    /// The name under which it will be kept.
    pub stored_name: String,
    /// The type found by looking at the content.
    pub mime: String,
    /// Size in bytes.
    pub size: u64,
}

impl Submission {
    /// What is known of the files.
    pub(super) fn files(&self) -> Vec<NewFile> {
        self.uploads.iter().map(|upload| upload.file.clone()).collect()
    }
}
