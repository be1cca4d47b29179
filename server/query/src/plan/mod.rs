//! Resolved filters as selects.

mod address;
mod emit;
mod joins;
mod order;
mod projection;
mod select;

pub use self::{
    projection::Projection,
    select::{RowSource, Window, by_column, count, exists, one, page},
};
