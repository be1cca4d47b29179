//! Resolved filters as selects.

mod address;
mod back;
mod emit;
mod joins;
mod order;
mod projection;
mod select;

pub use self::{
    back::{Targets, by_target},
    projection::Projection,
    select::{RowSource, Window, by_column, count, exists, one, page},
};
