//! `/api/collections/{collection}/records`

mod cascade;
mod change;
mod create;
mod expand;
mod list;
mod unique;
mod view;
