//! `/api/collections/{collection}/records`

mod cascade;
mod change;
mod create;
mod cursor;
mod dependents;
mod expand;
mod list;
mod totals;
mod unique;
mod view;
