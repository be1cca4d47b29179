//! Several writes as one: all of them happen, or none.
//!
//! Each request is prepared as if it had come alone, then all of them run one after the other in
//! one write unit. Each sees what the ones before it have done; the first refusal undoes all.

mod limit;
mod prepare;
mod request;
mod run;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use underpin_model::{DomainError, DomainResult, ErrorCode, ErrorTree, FieldError, limits};

pub use self::request::{BatchAction, BatchAnswer, BatchError, BatchRequest};
use self::{prepare::Preparation, run::Batch};
use super::{password_desk::PasswordDesk, write::carry_out};
use crate::{Backend, OpContext};

/// Longest time of a batch, in seconds, whatever the settings say: other writers wait meanwhile.
const MAX_SECONDS: i64 = 600;

/// How large a batch may be.
pub struct BatchLimits {
    /// Most requests.
    pub requests: usize,
    /// Most bytes of its body.
    pub body_bytes: usize,
    time: Duration,
}

/// The limits of batches.
///
/// # Errors
/// `Forbidden` while batches are off.
pub fn batch_limits(backend: &Backend) -> DomainResult<BatchLimits> {
    let settings = &backend.settings.current().batch;
    if !settings.enabled {
        return Err(DomainError::Forbidden("Batch requests are not allowed."));
    }
    let body_bytes = match usize::try_from(settings.max_body_size) {
        Ok(0) | Err(_) => limits::DEFAULT_BATCH_BYTES,
        Ok(bytes) => bytes,
    };
    let seconds = u64::try_from(settings.timeout.min(MAX_SECONDS)).unwrap_or(0);
    Ok(BatchLimits {
        requests: usize::try_from(settings.max_requests).unwrap_or(0),
        body_bytes,
        time: Duration::from_secs(seconds),
    })
}

impl BatchLimits {
    /// Whether a batch may have so many requests.
    ///
    /// # Errors
    /// `Invalid` for none and for too many.
    pub fn check_count(&self, requests: usize) -> DomainResult<()> {
        let error = match requests {
            0 => ErrorCode::Required.into(),
            many if many > self.requests => FieldError::too_long(self.requests),
            _ => return Ok(()),
        };
        Err(DomainError::invalid("The batch is refused.", ErrorTree::one("requests", error)))
    }
}

/// Carries out the requests in their order, as one write.
///
/// # Errors
/// The first refusal of a request with its place, or what was wrong with the batch as a whole.
/// Nothing is changed then.
pub async fn batch(
    backend: &Arc<Backend>,
    ctx: &OpContext,
    limits: &BatchLimits,
    requests: Vec<BatchRequest>,
) -> Result<Vec<BatchAnswer>, BatchError> {
    limits.check_count(requests.len())?;
    let end = Instant::now() + limits.time;
    let mut preparation = Preparation::new(backend, ctx);
    if let Err(error) = preparation.add_all(requests).await {
        preparation.kept.take_back(backend).await;
        return Err(error.into());
    }
    let Preparation { prepared, kept, .. } = preparation;
    match carry_out(backend, Batch::new(prepared, end), PasswordDesk::until(end)).await {
        Ok(done) => {
            kept.settle(backend, &done.steps).await;
            Ok(done.answers)
        }
        Err(refusal) => {
            kept.take_back(backend).await;
            if Instant::now() < end { Err(refusal) } else { Err(took_too_long().into()) }
        }
    }
}

fn took_too_long() -> DomainError {
    DomainError::bad_request("The batch took too long, nothing of it was done.")
}
