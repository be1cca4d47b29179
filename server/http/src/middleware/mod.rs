//! What happens to every request before and after its handler.

pub(crate) mod activity_log;
pub(crate) mod client_address;
pub(crate) mod compression;
pub(crate) mod cors;
mod limits;
pub(crate) mod seat;
pub(crate) mod security_headers;
pub(crate) mod who_is_asking;
