//! Jobs that run by the clock, once in the cluster.
//!
//! Every node has the same jobs and looks at the clock. A job that is due is taken in the database
//! by the first node that asks; the others find it taken. The row of a job also says that it runs,
//! and until when at most: so it never runs twice at once, and a node that dies over it does not
//! hold it for ever. What became of the newest run is kept there for people to see.
//!
//! A minute at which no node was up is passed over.

mod hold;
mod job;
mod run;
mod schedule;
mod state;

pub use self::{
    hold::{Held, held_elsewhere, hold, let_go},
    job::{Job, JobRun, Jobs},
    run::start,
    schedule::{follow, recover},
    state::{JobState, LastRun, list},
};
