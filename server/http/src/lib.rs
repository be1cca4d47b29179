//! HTTP: routes, extractors, errors, websocket and SSE, and the console's files.
//!
//! The only floor that knows status codes and request bodies. A handler extracts, calls one
//! service of `domain`, and shapes the answer.

mod configure;
mod error;
mod extract;
mod middleware;
mod routes;
mod server;
mod stage;
mod wire;

pub use server::{Running, ServerOptions, start};
