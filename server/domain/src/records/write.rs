//! Carrying out a prepared write: in one write unit, and once more when password work was
//! missing.

use std::future::Future;

use underpin_model::DomainError;
use underpin_storage::{StorageError, Transaction};

use super::password_desk::PasswordDesk;
use crate::Backend;

/// Runs of one write. The second one has all that the first one lacked; more are needed only when
/// others change the same passwords in between.
const MAX_RUNS: usize = 4;

/// A write that is prepared: whatever takes long is done, or is asked of the desk.
pub(super) trait Write: Send + Sync + 'static {
    /// What it gives when it is done.
    type Done: Send + 'static;
    /// Why it was not done.
    type Refusal: From<DomainError> + Send + 'static;

    /// Does it within a write unit. Everything that must hold is looked at here, and nothing is
    /// awaited but the transaction. It may run again after a run that was not refused.
    fn within<'t>(
        &'t mut self,
        tx: &'t mut Transaction,
        desk: &'t mut PasswordDesk,
    ) -> impl Future<Output = Result<Self::Done, Self::Refusal>> + Send + 't;
}

/// Why a unit was undone.
enum Undone<W: Write> {
    Refused(W::Refusal),
    /// The desk had to guess.
    Unsettled(W, PasswordDesk),
}

impl<W: Write> From<StorageError> for Undone<W> {
    fn from(error: StorageError) -> Self {
        Self::Refused(DomainError::from(error).into())
    }
}

/// Carries out a write. The answer comes after the commit.
///
/// # Errors
/// The write's own refusals; nothing is changed then.
pub(super) async fn carry_out<W: Write>(
    backend: &Backend,
    mut write: W,
    mut desk: PasswordDesk,
) -> Result<W::Done, W::Refusal> {
    for _ in 0..MAX_RUNS {
        let ran = backend.database.write(move |tx| {
            Box::pin(async move {
                let done = write.within(tx, &mut desk).await.map_err(Undone::Refused)?;
                if desk.is_settled() { Ok(done) } else { Err(Undone::Unsettled(write, desk)) }
            })
        });
        match ran.await {
            Ok(done) => return Ok(done),
            Err(Undone::Refused(refusal)) => return Err(refusal),
            Err(Undone::Unsettled(again, unsettled)) => (write, desk) = (again, unsettled),
        }
        desk.work(backend).await?;
    }
    Err(DomainError::Busy.into())
}
