//! What a transfer has done.

use sha2::{Digest, Sha256};
use underpin_storage::transfer::{Look, MovedTable, TableDigest};

use crate::schema::LeftOut;

/// What a transfer, or a comparison, has found.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// Each table on both sides.
    pub tables: Vec<Moved>,
    /// What the target could not have.
    pub left_out: Vec<LeftOut>,
    /// Rows that were copied this time.
    pub copied: u64,
    /// Files that were copied this time, if files were to be copied.
    pub files: Option<u64>,
    /// Whether it went on with an interrupted transfer.
    pub is_resumed: bool,
    /// The source was written meanwhile, which was not carried; so many changes were logged.
    pub written_meanwhile: Option<i64>,
}

/// A table on both sides.
#[derive(Clone, Debug)]
pub struct Moved {
    /// Its name.
    pub table: String,
    /// Its rows in the source.
    pub source: TableDigest,
    /// Its rows in the target, if they were looked at.
    pub target: Option<TableDigest>,
    /// What can't be moved of it.
    pub(super) problems: Vec<String>,
}

impl Report {
    /// Whether both sides hold the same.
    pub fn is_equal(&self) -> bool {
        self.tables.iter().all(Moved::is_equal)
    }

    /// The rows of the source.
    pub fn rows(&self) -> u64 {
        self.tables.iter().map(|table| table.source.rows).sum()
    }

    /// One sum over all tables of the source.
    pub fn sum(&self) -> String {
        fingerprint(&self.tables)
    }

    /// Notes what is not there; what was noted at the beginning says better why.
    pub(super) fn take_left_out(&mut self, found: Vec<LeftOut>) {
        if self.left_out.is_empty() {
            self.left_out = found;
        }
    }
}

impl Moved {
    pub(super) fn of(table: &MovedTable, look: Look) -> Self {
        let Look { digest, problems } = look;
        Self { table: table.name.clone(), source: digest, target: None, problems }
    }

    /// Whether both sides hold the same.
    pub fn is_equal(&self) -> bool {
        self.target.as_ref() == Some(&self.source)
    }
}

/// The tables of the source, with what was found in the target.
pub(super) fn beside(source: Vec<Moved>, target: Vec<Moved>) -> Vec<Moved> {
    let both = source.into_iter().zip(target);
    both.map(|(source, target)| Moved { target: Some(target.source), ..source }).collect()
}

/// What was found, in one word.
pub(super) fn fingerprint(found: &[Moved]) -> String {
    let mut hash = Sha256::new();
    for moved in found {
        hash.update(format!("{}\n{}\n{}\n", moved.table, moved.source.rows, moved.source.sum));
    }
    hex::encode(hash.finalize())
}
