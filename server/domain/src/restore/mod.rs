//! Restoring a backup: the whole project becomes what it was.
//!
//! 1. [`prepare`]: the backup is checked and unpacked into `.restore/` in the data folder, brought to
//!    this version of the program and looked through; what can't be used is refused, and nothing has
//!    changed. Where the project is in PostgreSQL, the records are copied into a schema beside it.
//! 2. A marker, `restore.json`, says that the new state is complete. From then on a start goes on
//!    with the restore, wherever it was interrupted.
//! 3. The backend is taken away, and [`Home::put_in_place`] exchanges the two states: by renames, and
//!    in PostgreSQL by one transaction. The old state stays in `.before-restore/`, or in a schema.
//! 4. The new state is opened. If that fails, [`Home::put_back`] brings the old one back; else
//!    [`Home::confirm`] makes it final, before the first request is answered.
//!
//! The key of the settings, the backups and the configuration stay as they are. Files of a project
//! whose settings name a bucket are put there before the exchange; what the bucket holds besides
//! stays in it.

mod desk;
mod home;
mod lock;
mod marker;
mod prepare;
mod swap;

pub use self::{
    desk::{Restoring, restore, wanted},
    home::{Home, Process, Standing},
    lock::FolderLock,
    prepare::{Prepared, prepare},
};
