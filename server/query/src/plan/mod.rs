//! Resolved filters as selects.

mod count;
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
    projection::Projection,
    select::{RowSource, Window, by_column, exists, one, page},
};
