//! Backups: a whole project in one file.
//!
//! A backup is a zip with the records (`data.db`, a SQLite file whatever database the project is in),
//! the log (`auxiliary.db`), the uploaded files (`storage/…`) and a [`Manifest`] that tells what
//! belongs in there. Whoever reads one believes nothing of it: [`unpack`] checks every name, size and
//! sum before anything is used.

mod archive;
mod automatic;
mod copied;
mod desk;
mod kept;
mod make;
mod manifest;
mod name;
mod pack;
mod shrink;
mod squeezed;
mod unpack;

pub use self::{
    automatic::register,
    desk::{BackupDesk, Turn},
    kept::{KeptBackup, bring, check_free, find, list, open, remove},
    make::make,
    manifest::{Entry, Left, Manifest},
    name::BackupName,
    unpack::{unpack, verify},
};
