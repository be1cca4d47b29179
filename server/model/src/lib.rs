//! What things are: collections, fields, records, principals, errors.
//!
//! The lowest floor. It does no I/O, knows no database and no HTTP, and reads
//! no clock except through [`clock::Clock`].

pub mod auth_options;
mod causes;
pub mod clock;
pub mod collection;
pub mod cron;
pub mod error;
pub mod error_code;
pub mod field;
mod field_error;
pub mod id;
pub mod json_depth;
pub mod json_number;
pub mod limits;
mod mail_template;
pub mod principal;
pub mod record;
pub mod request_info;
pub mod timestamp;
pub mod value;

pub use causes::causes;
pub use collection::{Collection, CollectionKind, Rules};
pub use cron::CronExpression;
pub use error::{DomainError, DomainResult, ErrorTree, Fault};
pub use error_code::ErrorCode;
pub use field::{Field, FieldOptions};
pub use field_error::FieldError;
pub use principal::Principal;
pub use record::Record;
pub use request_info::RequestInfo;
pub use timestamp::Timestamp;
pub use value::Value;

/// A JSON value, as serde_json holds it (objects keep their keys sorted).
pub type Json = serde_json::Value;
/// A JSON object with sorted keys.
pub type JsonMap = serde_json::Map<String, serde_json::Value>;
