//! Starting a subscription, from now or from where a client left off.

use std::sync::Arc;

use underpin_access::{List, View};
use underpin_model::{DomainError, DomainResult, RequestInfo, limits};
use underpin_query::{Condition, Scope};

use super::{
    client::{Client, Outgoing},
    cursor::Cursor,
    follow::replay,
    hub::{Entry, MAX_SUBSCRIPTIONS},
    question::Question,
    topic::Topic,
};
use crate::{
    Backend,
    records::{ViewAsk, trust_of},
};

/// Changes replayed at once.
const BATCH: u64 = 500;

/// What a client wants to follow.
pub struct SubscribeAsk {
    /// The id of the client's frame, for the answer.
    pub request: String,
    /// The subscription's name, unique for the client.
    pub sub: String,
    /// What it is about.
    pub topic: Topic,
    /// The client's own condition; empty = none.
    pub filter: String,
    /// Relations to bring along; empty = none.
    pub expand: String,
    /// Fields to keep; empty = all.
    pub fields: String,
    /// Where the client left off; nothing = from now.
    pub since: Option<Cursor>,
    /// Query and headers that rules may see.
    pub info: RequestInfo,
}

/// How starting a subscription went.
#[derive(Debug, PartialEq, Eq)]
pub enum Subscribed {
    /// It stands; the client was told.
    Started,
    /// It stands from now on; what was missed can't be replayed.
    Reset,
}

/// Starts a subscription; the client is told by [`Outgoing::Subscribed`] before its first event.
///
/// With `since`, what was missed is replayed first, in order, with no gap and no overlap.
///
/// # Errors
/// `Forbidden` when the collection is closed to the client, `NotFound` for unknown collections,
/// `Invalid` for filters and shapes that can't be read.
pub async fn subscribe(
    backend: &Backend,
    client: &Arc<Client>,
    ask: SubscribeAsk,
) -> DomainResult<Subscribed> {
    let request = ask.request.clone();
    let since = ask.since.clone();
    let question = read_question(backend, client, ask)?;
    let others = backend.hub.subscriptions(&client.id);
    if others.iter().filter(|sub| **sub != question.sub).count() >= MAX_SUBSCRIPTIONS {
        return Err(DomainError::bad_request("This connection has too many subscriptions."));
    }
    let epoch = backend.hub.epoch().to_owned();
    let sub = question.sub.clone();
    // The answer has its place before any event can take it.
    let Some(place) = client.place().await else { return Ok(Subscribed::Started) };
    let announce = |position: i64| {
        let cursor = Cursor { epoch, position }.to_string();
        place.send(Outgoing::Subscribed { request, sub, cursor });
    };
    let entries = [Arc::new(Entry { client: Arc::clone(client), question })];
    let Some(since) = since else {
        backend.hub.add(client, &entries, None, announce);
        return Ok(Subscribed::Started);
    };
    if !can_resume(backend, &since).await? {
        backend.hub.add(client, &entries, None, announce);
        return Ok(Subscribed::Reset);
    }
    announce(since.position);
    catch_up(backend, client, &entries, since.position).await?;
    Ok(Subscribed::Started)
}

/// Starts several subscriptions of a client at once; those that it may not have are left out.
///
/// What they missed since a cursor is told in the order of the log, whichever of them it
/// concerns: the cursor of each event then holds for all of them.
///
/// # Errors
/// Storage faults.
pub async fn subscribe_together(
    backend: &Backend,
    client: &Arc<Client>,
    asks: Vec<SubscribeAsk>,
    since: Option<Cursor>,
) -> DomainResult<()> {
    let mut entries = Vec::new();
    for ask in asks {
        match read_question(backend, client, ask) {
            Ok(question) => entries.push(Arc::new(Entry { client: Arc::clone(client), question })),
            Err(DomainError::Fault(fault)) => return Err(DomainError::Fault(fault)),
            Err(_) => {}
        }
    }
    match since {
        Some(since) if can_resume(backend, &since).await? => {
            catch_up(backend, client, &entries, since.position).await
        }
        _ => {
            backend.hub.add(client, &entries, None, |_| ());
            Ok(())
        }
    }
}

/// Whether everything after a cursor is still in the log.
async fn can_resume(backend: &Backend, since: &Cursor) -> DomainResult<bool> {
    let newest = backend.hub.position().max(backend.database.last_position().await?);
    if since.epoch != backend.hub.epoch() || since.position > newest {
        return Ok(false);
    }
    let oldest = backend.database.first_position().await?;
    // A log whose rows were all trimmed holds nothing that a client behind it could be told.
    Ok(oldest.map_or(since.position == newest, |oldest| oldest <= since.position + 1))
}

/// Replays until nothing is missing, then lets the live events take over.
async fn catch_up(
    backend: &Backend,
    client: &Client,
    entries: &[Arc<Entry>],
    mut seen: i64,
) -> DomainResult<()> {
    while !backend.hub.add(client, entries, Some(seen), |_| ()) {
        let target = backend.hub.position();
        let changes = backend.database.changes_after(seen, BATCH).await?;
        let snapshot = backend.schema.snapshot();
        for change in changes.iter().filter(|change| change.position <= target) {
            for entry in entries {
                replay(backend, &snapshot, change, entry).await?;
            }
            seen = change.position;
        }
        if changes.iter().all(|change| change.position > target) {
            seen = seen.max(target);
        }
    }
    Ok(())
}

fn read_question(backend: &Backend, client: &Client, ask: SubscribeAsk) -> DomainResult<Question> {
    let snapshot = backend.schema.snapshot();
    let collection = snapshot.find(&ask.topic.collection).ok_or(DomainError::NotFound)?;
    let who = client.who();
    if ask.topic.record.is_some() {
        underpin_access::authorize::<View>(&snapshot.policies, &who, collection)?;
    } else {
        underpin_access::authorize::<List>(&snapshot.policies, &who, collection)?;
    }
    if ask.filter.len() > limits::MAX_FILTER_BYTES {
        return Err(DomainError::bad_request("The filter is too long."));
    }
    let filter = match ask.filter.trim() {
        "" => None,
        text => {
            let filter = underpin_query::parse(text)
                .map_err(|error| DomainError::bad_request(error.to_string()))?;
            Some(Arc::new(filter))
        }
    };
    let view = ViewAsk::parse(&ask.expand, &ask.fields)?;
    let info = RequestInfo { who: who.clone(), ..ask.info };
    if let Some(filter) = &filter {
        // Planning finds unknown and hidden fields now, not at the first event.
        let trust = trust_of(&who);
        let flavour = backend.database.flavour();
        let now = backend.clock.now();
        let scope = Scope { schema: &*snapshot, collection, request: &info, now, flavour, trust };
        underpin_query::count(&scope, &Condition::Always, Some(filter), &[])
            .map_err(|error| DomainError::bad_request(error.to_string()))?;
    }
    let text = format!(
        "{}\u{1f}{}\u{1f}{}\u{1f}{:?}{:?}",
        ask.filter, ask.expand, ask.fields, info.query, info.headers
    );
    let topic = (collection.id.clone(), ask.topic.record);
    Ok(Question::new(ask.sub, topic, filter, view, info, text))
}
