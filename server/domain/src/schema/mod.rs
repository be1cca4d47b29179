//! Collections: the snapshot in memory, and the changes to it.

mod auth_checks;
mod create;
mod delete;
mod diff;
mod draft;
mod field_checks;
mod index_checks;
mod list;
mod registry;
mod rule_checks;
mod save;
mod system;
mod system_fields;
mod update;
mod validate;
mod wire;

pub use self::{
    create::create,
    delete::delete,
    list::{list, scaffolds},
    registry::{Registry, Snapshot},
    save::load,
    system::ensure_system_collections,
    update::update,
    wire::to_json,
};
