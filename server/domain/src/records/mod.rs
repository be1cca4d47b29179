//! Records: list, view, create, update, delete, and several writes as one.

mod allowed;
mod ask;
mod auth_fields;
mod batch;
mod cascade;
mod changes;
mod create;
mod delete;
mod expand;
mod file;
mod fill;
mod kept_files;
mod list;
mod modifiers;
mod password_desk;
mod password_fields;
mod plans;
pub(crate) mod reader;
mod relations;
mod rows;
mod rule;
pub(crate) mod shape;
mod submission;
mod update;
mod validate;
mod view;
mod work;
mod write;

pub use self::{
    allowed::{may_create, may_update},
    ask::{ListAsk, ViewAsk},
    batch::{BatchAction, BatchAnswer, BatchError, BatchLimits, BatchRequest, batch, batch_limits},
    create::create,
    delete::{delete, may_delete},
    file::{OpenedFile, open_file},
    list::{Items, Page, list},
    rule::trust_of,
    shape::audience_of,
    submission::{NewFile, Submission, Upload},
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
