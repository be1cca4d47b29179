//! Resolved filters as selects.

mod count;
mod address;
mod back;
mod emit;
mod joins;
mod keyset;
mod order;
mod projection;
mod select;
mod shortcut;

pub use self::{
    count::{Count, count},
    keyset::{KEYSET_RECORD, page_after},
    back::{Targets, by_target},
    projection::Projection,
    select::{RowSource, Window, by_column, exists, one, page},
};
