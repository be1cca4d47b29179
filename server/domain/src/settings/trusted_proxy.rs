//! The group `trustedProxy`: which headers of a proxy in front tell a client's address.

use serde::{Deserialize, Serialize};

use super::overlay::items;

/// Which headers are believed about a client's address. None, unless a proxy in front sets them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct TrustedProxy {
    /// Names of the headers; the first one that tells an address counts.
    #[serde(deserialize_with = "items")]
    pub headers: Vec<String>,
    /// Whether the leftmost address of a list counts, which clients can choose; else the rightmost.
    #[serde(rename = "useLeftmostIP")]
    pub use_leftmost_ip: bool,
}
