//! Client for an Underpin server.
//!
//! * [`Client`] signs in, keeps the [`Session`] and refreshes it before it expires.
//! * [`Collection`] reads and writes records of the program's own types.
//! * [`filter!`] makes filters in which a value can never become syntax.
//! * [`Subscription`] tells of changes. When the connection is lost it is made again, and the
//!   subscription goes on where it stopped: nothing is lost and nothing told twice.
//! * [`Files`], [`Batch`] and [`Collections`] do the rest.
//!
//! ```no_run
//! use serde::{Deserialize, Serialize};
//! use underpin::{Client, Event, filter};
//!
//! #[derive(Debug, Serialize, Deserialize)]
//! struct Post {
//!     title: String,
//!     views: u32,
//! }
//!
//! # async fn run() -> underpin::Result<()> {
//! let client = Client::new("http://127.0.0.1:8090")?;
//! let posts = client.collection("posts");
//!
//! let mut changes = posts.subscribe::<Post>().filter(filter!("views > {}", 100)).await?;
//! while let Some(event) = changes.next().await {
//!     match event? {
//!         Event::Created { record, .. } => println!("new: {}", record.title),
//!         Event::Reset { .. } => { /* too long away: read the list again */ }
//!         other => println!("{other:?}"),
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The feature `tls`, on by default, adds `https` and `wss` through rustls.

mod account;
mod batch;
mod client;
mod collection;
mod collections;
mod date_text;
mod error;
mod files;
pub mod filter;
mod realtime;
mod record;
mod retry;
mod session;
mod tls;
mod transport;

pub use account::Account;
pub use batch::{Batch, BatchAnswer};
pub use client::{Client, ClientBuilder};
pub use collection::{Collection, Get, List, Write};
pub use collections::{CollectionInfo, Collections};
pub use error::{ApiError, Error, FieldProblem, RealtimeError, Result};
pub use files::Files;
pub use filter::{Filter, FilterError, FilterValue, Literal};
pub use realtime::{Action, Event, RealtimeTimings, Subscribe, Subscription};
pub use record::{Page, Record, RecordMeta};
pub use retry::RetryPolicy;
pub use session::{AuthStore, Claims, MemoryAuthStore, Session};
