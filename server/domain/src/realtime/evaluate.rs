//! What one event is to one question: an action and a record, or nothing.

use std::sync::Arc;

use underpin_access::{List, View, authorize};
use underpin_model::{
    Collection, DomainError, DomainResult, JsonMap, Principal, Record, RequestInfo,
    request_info::RequestContext,
};
use underpin_query::{Condition, Expand, Scope};
use underpin_storage::{Change, ChangeAction};

use super::{client::EventAction, question::Question};
use crate::{
    Backend, OpContext,
    records::{ViewAsk, finish, manage, passes_filter, rule_scope, shape, trust_of},
    schema::Snapshot,
};

/// A change with its record before and after.
pub(super) struct Event {
    pub(super) collection: Arc<Collection>,
    pub(super) action: ChangeAction,
    pub(super) before: Option<Record>,
    pub(super) after: Option<Record>,
}

impl Event {
    /// The event of a change-log row.
    pub(super) fn read(collection: &Arc<Collection>, change: &Change) -> DomainResult<Self> {
        let record = |text: &Option<String>| -> DomainResult<Option<Record>> {
            let Some(text) = text else { return Ok(None) };
            let map: JsonMap = serde_json::from_str(text)
                .map_err(|error| DomainError::fault("reading the change log", error))?;
            Ok(Some(Record::from_stored(collection, &map)))
        };
        Ok(Self {
            collection: Arc::clone(collection),
            action: change.action,
            before: record(&change.before)?,
            after: record(&change.after)?,
        })
    }
}

/// What a subscriber is told of an event: nothing unless its rule and filter let the record
/// pass, by the policies of this moment.
pub(super) async fn answer(
    backend: &Backend,
    snapshot: &Snapshot,
    event: &Event,
    question: &Question,
    who: &Principal,
) -> DomainResult<Option<(EventAction, Arc<str>)>> {
    let Some(condition) = condition(snapshot, event, question, who) else { return Ok(None) };
    let request = RequestInfo {
        context: RequestContext::Realtime,
        who: who.clone(),
        ..question.request.clone()
    };
    let asked = Asked { backend, snapshot, event, question, request: &request };
    let before = asked.sees(&condition, event.before.as_ref()).await?;
    let after = asked.sees(&condition, event.after.as_ref()).await?;
    let (action, record) = match (event.action, before, after) {
        (ChangeAction::Create, _, true) => (EventAction::Create, event.after.as_ref()),
        (ChangeAction::Update, true, true) => (EventAction::Update, event.after.as_ref()),
        (ChangeAction::Update, false, true) => (EventAction::Enter, event.after.as_ref()),
        (ChangeAction::Update, true, false) => (EventAction::Leave, event.after.as_ref()),
        (ChangeAction::Delete, true, _) => (EventAction::Delete, event.before.as_ref()),
        _ => return Ok(None),
    };
    let Some(record) = record else { return Ok(None) };
    if action == EventAction::Leave {
        let left = serde_json::json!({
            "id": record.id(),
            "collectionId": event.collection.id,
            "collectionName": event.collection.name,
        });
        return Ok(Some((action, left.to_string().into())));
    }
    Ok(Some((action, asked.shape(record).await?)))
}

fn condition(
    snapshot: &Snapshot,
    event: &Event,
    question: &Question,
    who: &Principal,
) -> Option<Condition> {
    let policies = &snapshot.policies;
    if question.record_id.is_some() {
        let grant = authorize::<View>(policies, who, &event.collection).ok()?;
        Some(grant.condition().clone())
    } else {
        let grant = authorize::<List>(policies, who, &event.collection).ok()?;
        Some(grant.condition().clone())
    }
}

struct Asked<'a> {
    backend: &'a Backend,
    snapshot: &'a Snapshot,
    event: &'a Event,
    question: &'a Question,
    request: &'a RequestInfo,
}

impl Asked<'_> {
    async fn sees(&self, condition: &Condition, record: Option<&Record>) -> DomainResult<bool> {
        let Some(record) = record else { return Ok(false) };
        let asked = (self.request, self.backend.clock.now());
        let scope = rule_scope(self.backend, asked, self.snapshot, &self.event.collection);
        let scope = Scope { trust: trust_of(&self.request.who), ..scope };
        let (database, filter) = (&self.backend.database, self.question.filter.as_deref());
        passes_filter(database, &scope, condition, filter, record).await
    }

    async fn shape(&self, record: &Record) -> DomainResult<Arc<str>> {
        let asked = manage::Asked {
            backend: self.backend,
            snapshot: self.snapshot,
            request: self.request,
            now: self.backend.clock.now(),
        };
        let shown = shape::public(asked, record).await?;
        let ctx = OpContext {
            origin: None,
            request: self.request.clone(),
            now: self.backend.clock.now(),
            request_id: String::new(),
        };
        let collection = &self.event.collection;
        let view = &self.question.view;
        let shaped = finish(self.backend, &ctx, vec![shown.clone()], collection, view).await;
        let mut shaped = match shaped {
            // What this subscription wants is too much; the others must not suffer from it.
            Err(DomainError::Invalid(_)) => {
                let view = ViewAsk { expand: Expand::default(), pick: view.pick.clone() };
                finish(self.backend, &ctx, vec![shown], collection, &view).await?
            }
            other => other?,
        };
        Ok(shaped.pop().unwrap_or_default().to_string().into())
    }
}
