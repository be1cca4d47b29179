//! Uploaded files: their names and types, where they are kept, and which part of one a request
//! asks for. This crate knows no HTTP server and no records; it stores bytes under keys.

pub mod disposition;
pub mod error;
pub mod key;
pub mod mime;
pub mod name;
pub mod range;
pub mod staged;
pub mod store;

pub use disposition::{Disposition, content_disposition};
pub use error::FileError;
pub use key::{FileKey, Prefix, is_plain_part};
pub use name::stored_name;
pub use range::{Answer, ByteRange, Conditions};
pub use staged::{Staged, Upload};
pub use store::{FileMeta, FileStore, Hold, Opened, S3Bucket, StoredFile};
