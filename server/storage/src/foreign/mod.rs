//! A SQLite file of another program, read as it stands and never changed.
//!
//! Nothing is written beside it either: a file without a log is read as one that can't change,
//! and one with a log is copied first. A program that has the file open is noticed, and so is
//! one that wrote it meanwhile. Values that no field can have are put right on their way, and
//! counted.

mod file;
mod in_use;
mod repair;
mod rows;
mod stamp;
#[cfg(test)]
mod tests;

pub(crate) use self::file::address as unchanging_address;
pub use self::{
    file::{ForeignFile, InUse},
    repair::{Repair, Repaired},
    rows::{ForeignLook, ForeignTable},
};
