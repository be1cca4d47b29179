//! Preparing the requests of a batch, each as if it had come alone.

use std::sync::Arc;

use underpin_files::FileKey;
use underpin_model::{
    Collection, DomainError, DomainResult, Field, JsonMap, RequestInfo, Value,
    request_info::RequestContext,
};

use super::{
    limit,
    request::{BatchAction, BatchRequest},
};
use crate::{
    Backend, OpContext,
    records::{
        Submission, Upload, ViewAsk, create::Creation, delete::Deletion, kept_files::KeptFiles,
        modifiers, update::Change, work::Work,
    },
};

/// The requests that are prepared so far, and the files that were put into their place for them.
pub(super) struct Preparation {
    pub(super) prepared: Vec<Prepared>,
    pub(super) kept: KeptFiles,
    work: Work,
}

/// A request that is ready for its turn.
pub(super) struct Prepared {
    pub(super) deed: Deed,
    pub(super) work: Work,
    /// What shapes the answer, or why it can't be shaped.
    pub(super) view: DomainResult<ViewAsk>,
}

/// The record that a request's files belong to: its collection and id.
type Owner = (Arc<Collection>, String);

/// What is done when it is the request's turn. Refusals wait for it as well: a request before may
/// be refused first.
pub(super) enum Deed {
    Create(Box<Creation>),
    Update(Box<Change>),
    Upsert {
        collection: Arc<Collection>,
        id: String,
        creation: DomainResult<Box<Creation>>,
        change: DomainResult<Box<Change>>,
    },
    Delete(Deletion),
    Refused(DomainError),
}

impl Preparation {
    pub(super) fn new(backend: &Arc<Backend>, ctx: &OpContext) -> Self {
        let work = Work::alone(backend, ctx);
        Self { prepared: Vec::new(), kept: KeptFiles::default(), work }
    }

    /// Prepares the requests up to the first one that is sure to be refused.
    ///
    /// # Errors
    /// Faults of the file store.
    pub(super) async fn add_all(&mut self, requests: Vec<BatchRequest>) -> DomainResult<()> {
        for (place, request) in requests.into_iter().enumerate() {
            self.add(place, request).await?;
            let last = self.prepared.last();
            if last.is_some_and(|last| matches!(last.deed, Deed::Refused(_))) {
                break;
            }
        }
        Ok(())
    }

    async fn add(&mut self, place: usize, request: BatchRequest) -> DomainResult<()> {
        let BatchRequest { action, address, query, headers, body, uploads, mut view } = request;
        let counted = limit::count(&self.work, &action, &address, &body).await;
        let context = RequestContext::Batch;
        let method = action.method().to_owned();
        // What is to be written shows to rules as it will be; there is none of that in a deletion.
        let is_deletion = matches!(action, BatchAction::Delete { .. });
        let seen = if is_deletion { Arc::new(body.clone()) } else { Arc::default() };
        let who = self.work.ctx.request.who.clone();
        let request = RequestInfo { context, method, query, headers, body: seen, who };
        let ctx = OpContext { request, ..self.work.ctx.clone() };
        let work = Work { ctx, place, ..self.work.clone() };
        let submission = Submission { body, uploads };
        let deed = counted.and_then(|()| Self::deed(&work, action, &submission));
        let deed = match deed {
            Ok((deed, owner)) => {
                if let Some((collection, id)) = owner
                    && let Err(refusal) = self.keep(&collection, &id, submission.uploads).await?
                {
                    view = Err(refusal);
                }
                deed
            }
            Err(refusal) => Deed::Refused(refusal),
        };
        self.prepared.push(Prepared { deed, work, view });
        Ok(())
    }

    /// What a request does, and which record its files belong to.
    fn deed(
        work: &Work,
        action: BatchAction,
        submission: &Submission,
    ) -> DomainResult<(Deed, Option<Owner>)> {
        let find = |name: &str| work.snapshot.find(name).cloned().ok_or(DomainError::NotFound);
        let (body, files) = (&submission.body, submission.files());
        match action {
            BatchAction::Create { collection } => {
                let collection = find(&collection)?;
                let creation = Creation::prepare(work.clone(), &collection, body, files)?;
                let id = creation.id().to_owned();
                Ok((Deed::Create(Box::new(creation)), Some((collection, id))))
            }
            BatchAction::Update { collection, id } => {
                let collection = find(&collection)?;
                let change = Change::prepare(work.clone(), &collection, &id, body, files)?;
                Ok((Deed::Update(Box::new(change)), Some((collection, id))))
            }
            BatchAction::Upsert { collection } => {
                let collection = find(&collection)?;
                let id = sent_id(&collection, body);
                let creation = Creation::prepare(work.clone(), &collection, body, files.clone());
                if id.is_empty() {
                    let creation = creation?;
                    let id = creation.id().to_owned();
                    return Ok((Deed::Create(Box::new(creation)), Some((collection, id))));
                }
                let change = Change::prepare(as_change(work), &collection, &id, body, files);
                let (creation, change) = (creation.map(Box::new), change.map(Box::new));
                let owner = Some((Arc::clone(&collection), id.clone()));
                Ok((Deed::Upsert { collection, id, creation, change }, owner))
            }
            BatchAction::Delete { collection, id } => {
                let deletion = Deletion::prepare(work.clone(), &find(&collection)?, &id)?;
                Ok((Deed::Delete(deletion), None))
            }
            BatchAction::Unknown => {
                Err(DomainError::bad_request("A batch can't carry out this request."))
            }
        }
    }

    /// Puts the files of a record into their place; refuses those whose place can't be named.
    async fn keep(
        &mut self,
        collection: &Collection,
        id: &str,
        mut uploads: Vec<Upload>,
    ) -> DomainResult<DomainResult<()>> {
        uploads.retain(|upload| {
            let (field, _) = modifiers::split(&upload.file.field);
            collection.field(field).and_then(Field::file_options).is_some()
        });
        let has_place =
            |upload: &Upload| FileKey::new(&collection.id, id, &upload.file.stored_name).is_ok();
        if !uploads.iter().all(has_place) {
            return Ok(Err(DomainError::bad_request("A file's name can't be used.")));
        }
        self.kept.add(collection, id, uploads).await.map(Ok)
    }
}

/// The id that a body names; empty if it names none.
pub(super) fn sent_id(collection: &Collection, body: &JsonMap) -> String {
    let sent = body.get("id").zip(collection.field("id"));
    let id = sent.map(|(sent, field)| field.normalise(sent));
    id.as_ref().and_then(Value::as_text).unwrap_or_default().to_owned()
}

/// The work of an upsert that turns out to be a change.
fn as_change(work: &Work) -> Work {
    let mut work = work.clone();
    "PATCH".clone_into(&mut work.ctx.request.method);
    work
}
