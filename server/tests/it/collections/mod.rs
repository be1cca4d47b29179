//! `/api/collections`

mod change;
mod create;
mod delete;
mod list;
mod refused;
mod system;
