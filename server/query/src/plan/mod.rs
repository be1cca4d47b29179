//! Resolved filters as selects.

mod address;
mod back;
mod count;
mod emit;
mod joins;
mod keyset;
mod order;
mod projection;
mod select;
mod shortcut;

pub use self::{
    back::{Targets, by_target},
    count::{Count, count},
    keyset::{KEYSET_RECORD, page_after},
    projection::Projection,
    select::{RowSource, Window, by_column, exists, one, page, possible_id},
};
