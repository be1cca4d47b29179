//! One caller's write: a closure over the transaction, its outcome, and the way back.

use std::{future::Future, panic::AssertUnwindSafe, pin::Pin};

use futures_util::FutureExt;
use tokio::sync::oneshot;

use crate::{StorageError, Transaction};

/// What a write unit's closure returns: `Box::pin(async move { … })`.
pub type UnitFuture<'t, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 't>>;

/// A write unit without its types, as the writer's queue holds it.
pub(crate) trait WriteUnit: Send {
    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool;

    /// Runs the closure; true when it wants to be committed.
    fn run<'t>(
        &'t mut self,
        transaction: &'t mut Transaction,
    ) -> Pin<Box<dyn Future<Output = bool> + Send + 't>>;

    /// Tells the caller: the closure's own answer, or why it could not be kept.
    fn answer(self: Box<Self>, kept: Result<(), StorageError>);
}

/// A closure with its caller.
pub(crate) struct TypedUnit<F, T, E> {
    closure: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> TypedUnit<F, T, E> {
    pub(crate) fn new(closure: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (reply, answer) = oneshot::channel();
        (Self { closure: Some(closure), outcome: None, reply }, answer)
    }
}

impl<F, T, E> WriteUnit for TypedUnit<F, T, E>
where
    F: for<'t> FnOnce(&'t mut Transaction) -> UnitFuture<'t, T, E> + Send,
    T: Send,
    E: From<StorageError> + Send,
{
    fn is_abandoned(&self) -> bool {
        self.reply.is_closed()
    }

    fn run<'t>(
        &'t mut self,
        transaction: &'t mut Transaction,
    ) -> Pin<Box<dyn Future<Output = bool> + Send + 't>> {
        Box::pin(async move {
            let Some(closure) = self.closure.take() else { return false };
            // The closure itself may panic as well as its future.
            let run = AssertUnwindSafe(async move { closure(transaction).await });
            let outcome = run.catch_unwind().await;
            let outcome = outcome.unwrap_or_else(|_| Err(E::from(StorageError::Panicked)));
            let wants_commit = outcome.is_ok();
            self.outcome = Some(outcome);
            wants_commit
        })
    }

    fn answer(self: Box<Self>, kept: Result<(), StorageError>) {
        let answer = match (self.outcome, kept) {
            // The unit's own refusal says more than what came of its group.
            (Some(Err(refused)), _) => Err(refused),
            (Some(Ok(value)), Ok(())) => Ok(value),
            (_, Err(error)) => Err(E::from(error)),
            (None, Ok(())) => Err(E::from(StorageError::Closed)),
        };
        // The caller may have left; what was committed stays.
        let _ = self.reply.send(answer);
    }
}
