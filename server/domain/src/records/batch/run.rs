//! The requests of a batch, one after the other in one write unit.

use std::time::Instant;

use underpin_model::{DomainError, DomainResult};
use underpin_storage::Transaction;

use super::{
    prepare::{Deed, Prepared},
    request::{BatchAnswer, BatchError},
};
use crate::records::{
    expand::finish_for, kept_files::Step, password_desk::PasswordDesk, reader::Reader, rows, shape,
    write::Write,
};

/// A batch, ready to be written.
pub(super) struct Batch {
    requests: Vec<Prepared>,
    end: Instant,
}

/// What a batch has done.
#[derive(Default)]
pub(super) struct Done {
    pub(super) answers: Vec<BatchAnswer>,
    pub(super) steps: Vec<Step>,
}

impl Batch {
    pub(super) fn new(requests: Vec<Prepared>, end: Instant) -> Self {
        Self { requests, end }
    }
}

impl Write for Batch {
    type Done = Done;
    type Refusal = BatchError;

    async fn within(
        &mut self,
        tx: &mut Transaction,
        desk: &mut PasswordDesk,
    ) -> Result<Done, BatchError> {
        tx.end_by(self.end);
        let mut done = Done::default();
        for (place, request) in self.requests.iter_mut().enumerate() {
            let answer = request.run(tx, desk, &mut done.steps).await;
            done.answers.push(answer.map_err(|cause| BatchError::Request { place, cause })?);
        }
        Ok(done)
    }
}

impl Prepared {
    /// Does what the request asks for. Its answer shows what is there at this moment, whatever the
    /// requests after it make of it.
    async fn run(
        &mut self,
        tx: &mut Transaction,
        desk: &mut PasswordDesk,
        steps: &mut Vec<Step>,
    ) -> DomainResult<BatchAnswer> {
        let before = steps.len();
        self.deed.run(tx, desk, steps).await?;
        let view = given(&mut self.view)?;
        let step = steps.get(before);
        let Some(record) = step.and_then(|step| step.after.as_ref()) else {
            return Ok(BatchAnswer::Deleted);
        };
        let ctx = &self.work.ctx;
        let asked = self.work.asked(&ctx.request);
        let reader = &mut Reader::Within(tx);
        let shown = vec![shape::public_for(reader, asked, record).await?];
        let records = (shown, record.collection());
        let mut shown = finish_for(reader, &self.work.backend, ctx, records, view).await?;
        Ok(BatchAnswer::Record(shown.pop().unwrap_or_default()))
    }
}

impl Deed {
    async fn run(
        &mut self,
        tx: &mut Transaction,
        desk: &mut PasswordDesk,
        steps: &mut Vec<Step>,
    ) -> DomainResult<()> {
        match self {
            Self::Create(creation) => steps.push(Step::made(creation.within(tx, desk).await?)),
            Self::Update(change) => steps.push(change.within(tx, desk).await?),
            Self::Upsert { collection, id, creation, change } => {
                if tx.text(&rows::with_id(&collection.name, id)).await?.is_some() {
                    steps.push(given(change)?.within(tx, desk).await?);
                } else {
                    steps.push(Step::made(given(creation)?.within(tx, desk).await?));
                }
            }
            Self::Delete(deletion) => steps.append(&mut deletion.within(tx, desk).await?),
            Self::Refused(refusal) => return Err(taken(refusal)),
        }
        Ok(())
    }
}

/// What was prepared, or why it could not be.
fn given<T>(prepared: &mut DomainResult<T>) -> DomainResult<&mut T> {
    prepared.as_mut().map_err(taken)
}

/// A refusal that was kept for its turn. It ends the batch, so it is needed once.
fn taken(refusal: &mut DomainError) -> DomainError {
    std::mem::replace(refusal, DomainError::NotFound)
}
