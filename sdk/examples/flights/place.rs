//! What the loader and the watcher agree on.

use serde::{Deserialize, Serialize};

/// Name of the collection of airports.
pub(crate) const AIRPORTS: &str = "airports";
/// Name of the collection of flights.
pub(crate) const FLIGHTS: &str = "flights";

/// Records are loaded in lanes, side by side; in each lane one after the other. So the steps of a
/// lane must arrive as 1, 2, 3 and so on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Place {
    /// Which lane.
    pub(crate) lane: u32,
    /// Which record in the lane, from 1.
    pub(crate) step: u32,
}
