//! The handlers, one file a resource.

pub(crate) mod admin_ui;
pub(crate) mod backups;
pub(crate) mod batch;
pub(crate) mod collections;
pub(crate) mod crons;
pub(crate) mod files;
pub(crate) mod health;
pub(crate) mod logs;
pub(crate) mod not_found;
pub(crate) mod public;
pub(crate) mod realtime;
pub(crate) mod record_auth;
pub(crate) mod records;
pub(crate) mod restore;
pub(crate) mod settings;
pub(crate) mod sql;

use std::sync::Arc;

use actix_web::{HttpResponse, web};
use underpin_domain::{Backend, records::ViewAsk};
use underpin_model::{Collection, DomainError, DomainResult, Json};

/// The collection that a path names.
fn collection(backend: &web::Data<Backend>, name: &str) -> DomainResult<Arc<Collection>> {
    backend.schema.snapshot().find(name).cloned().ok_or(DomainError::NotFound)
}

/// An answer with the parts that were asked for; of a list, in each of its items.
fn picked(mut answer: Json, view: &ViewAsk) -> HttpResponse {
    if let Some(pick) = &view.pick {
        pick.apply(&mut answer);
    }
    HttpResponse::Ok().json(answer)
}
