//! Live settings: kept in the database, changed without a restart.
//!
//! A group of settings is a file of this folder, with its defaults and what it refuses, and a
//! row of [`groups::Settings`]. Nothing outside this folder lists the groups.

mod batch;
mod groups;
mod imported;
mod live;
mod meta;
mod overlay;
mod row;

pub use self::{
    batch::Batch,
    groups::Settings,
    live::{LiveSettings, change},
    meta::Meta,
};
pub(crate) use self::{imported::ImportedSettings, live::reload};
