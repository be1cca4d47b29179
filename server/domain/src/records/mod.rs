//! Records: list, view, create, update, delete, and several writes as one.

mod account_refs;
mod allowed;
mod ask;
mod auth_fields;
mod batch;
mod cascade;
mod changes;
mod create;
mod delete;
mod dependents;
mod expand;
mod file;
mod fill;
mod kept_files;
mod list;
mod list_cursor;
pub(crate) mod manage;
mod modifiers;
mod new_id;
mod password_desk;
mod password_fields;
mod plans;
pub(crate) mod reader;
mod rehash;
mod relations;
mod rows;
mod rule;
pub(crate) mod shape;
mod submission;
mod totals;
mod truncate;
mod update;
mod validate;
mod view;
mod work;
mod write;

pub use self::{
    allowed::{may_create, may_list, may_update, may_view},
    ask::{ListAsk, ViewAsk},
    batch::{BatchAction, BatchAnswer, BatchError, BatchLimits, BatchRequest, batch, batch_limits},
    create::create,
    delete::{delete, may_delete},
    file::{OpenedFile, file_fault, open_file},
    list::{Items, NextCursor, Page, list},
    list_cursor::CursorAsk,
    rule::trust_of,
    shape::audience_of,
    submission::{NewFile, Submission, Upload},
    totals::Totals,
    truncate::truncate,
    update::update,
    view::view,
};
pub(crate) use self::{
    create::INSTALLER_EMAIL,
    expand::finish,
    plans::stored_by_value,
    rehash::rehash,
    rule::{passes, passes_filter, rule_scope},
    update::{parse_first, read},
};
