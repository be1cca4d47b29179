//! One digest of a table's rows in their order: equal digests, equal rows.

use sha2::{Digest, Sha256};

use super::batch::MovedRow;
use crate::Cell;

/// How many rows a table has, and what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableDigest {
    /// How many there are.
    pub rows: u64,
    /// SHA-256 over all of them in their order, in hexadecimal digits.
    pub sum: String,
}

/// A digest that grows. The rows' numbers are not part of it, but their order is.
#[derive(Default)]
pub(crate) struct Running {
    hash: Sha256,
    rows: u64,
    row: Vec<u8>,
}

impl Running {
    pub(crate) fn add(&mut self, row: &MovedRow) {
        self.row.clear();
        for cell in &row.cells {
            self.add_cell(cell);
        }
        self.hash.update(&self.row);
        self.rows += 1;
    }

    /// Each cell tells its kind and its length, so that no two rows have the same bytes.
    fn add_cell(&mut self, cell: &Cell) {
        let mut put = |kind: u8, bytes: &[u8]| {
            self.row.push(kind);
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            self.row.extend_from_slice(&length.to_le_bytes());
            self.row.extend_from_slice(bytes);
        };
        match cell {
            Cell::Null => put(b'n', &[]),
            Cell::Int(number) => put(b'i', &number.to_le_bytes()),
            Cell::Real(number) => put(b'r', &number.to_bits().to_le_bytes()),
            Cell::Text(text) => put(b't', text.as_bytes()),
            Cell::Blob(bytes) => put(b'b', bytes),
        }
    }

    pub(crate) fn end(self) -> TableDigest {
        let sum = hex::encode(self.hash.finalize());
        TableDigest { rows: self.rows, sum }
    }
}
