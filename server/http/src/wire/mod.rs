//! The shapes of requests and answers.

pub(crate) mod batch;
pub(crate) mod batch_url;
pub(crate) mod page;
pub(crate) mod settings;
pub(crate) mod strict_json;
