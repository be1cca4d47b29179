//! View collections: the fields of their queries, and what keeps them true when the tables that
//! they read change.

mod columns;
mod dry_run;
mod file_source;
mod follow;
mod reads;
mod sample;
mod settle;

pub use self::{dry_run::dry_run, file_source::file_source};
pub(super) use self::{
    follow::{drop_views, follow_renames},
    sample::check_sample,
    settle::{Problem, make_all, settle},
};
