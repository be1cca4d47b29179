//! Collections: the snapshot in memory, and the changes to it.

mod auth_checks;
mod auth_draft;
mod carry;
mod change;
mod create;
mod delete;
mod diff;
mod draft;
mod field_checks;
mod import;
mod import_failure;
mod imported;
mod index_checks;
mod list;
mod logged;
mod moved;
mod next;
mod oauth2_checks;
mod providers;
mod registry;
mod renamed;
mod rule_checks;
mod save;
mod system;
mod system_fields;
mod update;
mod validate;
mod view;
mod wire;

pub use self::{
    create::create,
    delete::delete,
    import::import,
    imported::LockedRule,
    list::{list, scaffolds},
    moved::{LeftOut, Undone},
    providers::oauth2_providers,
    registry::{Registry, Snapshot},
    save::load,
    system::ensure_system_collections,
    update::update,
    view::{dry_run as dry_run_view, file_source},
    wire::to_json,
};
pub(crate) use self::{
    imported::{
        Settled, complaints, drop_unread_indexes, is_name_of_collection, is_name_of_field,
        lock_rules, read_foreign, settle, snapshot_of,
    },
    moved::{finish, make_indexes, moved_tables, prepare, take_out_missing},
    save::{load_moved, reload},
};
