//! `/api/collections`

mod change;
mod create;
mod delete;
mod import;
mod list;
mod refused;
mod renames;
mod secrets;
mod system;
mod truncate;
mod view_queries;
mod views;
