//! The shapes of requests and answers.

pub(crate) mod page;
pub(crate) mod strict_json;
