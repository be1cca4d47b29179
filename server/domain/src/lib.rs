//! The services: settings, schema, records, auth, mail, logs, jobs, realtime, backups, and the
//! transfer of a whole project.
//!
//! Every door (REST, batch, websocket, command line) calls the same service.
//! Services know nothing of HTTP; they take an [`OpContext`] first and the
//! [`Backend`] they work on, and answer with [`underpin_model::DomainError`].
//! Modules stand in allowed order: a module may use those before it.

pub mod auth;
pub mod backend;
pub mod backups;
pub mod console;
pub mod context;
pub mod import;
pub mod jobs;
pub mod limits;
pub mod logs;
pub mod mail;
pub mod nodes;
pub mod realtime;
pub mod records;
mod removal;
pub mod restore;
pub mod schema;
pub mod settings;
pub mod transfer;

pub use backend::Backend;
pub use context::{OpContext, Origin};
