//! Records: list, view, create, update, delete.

mod account_refs;
mod allowed;
mod ask;
mod auth_fields;
mod cascade;
mod changes;
mod create;
mod delete;
mod expand;
mod file;
mod fill;
mod list;
pub(crate) mod manage;
mod modifiers;
mod new_id;
mod password_fields;
mod plans;
mod relations;
mod rows;
mod rule;
pub(crate) mod shape;
mod submission;
mod update;
mod validate;
mod view;

pub use self::{
    allowed::{may_create, may_update},
    ask::{ListAsk, ViewAsk},
    create::create,
    delete::delete,
    file::{OpenedFile, open_file},
    list::{Items, Page, list},
    rule::trust_of,
    shape::audience_of,
    submission::{Submission, Upload},
    update::update,
    view::view,
};
pub(crate) use self::{
    create::INSTALLER_EMAIL,
    expand::finish,
    plans::stored_by_value,
    rule::{passes, passes_filter, rule_scope},
    update::{parse_first, read, replace},
};
