//! The follower: reads the change log in order and hands each event out.

use std::{collections::HashMap, sync::Arc, time::Duration};

use underpin_model::{DomainError, DomainResult};
use underpin_storage::{Change, ChangeAction};

use super::{
    client::{Client, Delivery, EventAction, Outgoing},
    cursor::Cursor,
    evaluate::{self, Event},
    hub::Entry,
};
use crate::{Backend, auth, records, schema::Snapshot};

/// Changes read at once.
const BATCH: u64 = 500;
/// Pause after a failed read of the change log.
const RETRY: Duration = Duration::from_millis(500);

/// How long the log may stay unread when nothing is announced.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Hands out committed changes until the database closes.
pub async fn follow(backend: Arc<Backend>) {
    let mut committed = backend.database.committed();
    let mut position = backend.hub.position();
    loop {
        let newest = *committed.borrow_and_update();
        if newest > position && backend.hub.skip_to(newest) {
            position = newest;
        } else {
            match hand_out(&backend, position).await {
                Ok(last) if last > position => {
                    position = last;
                    continue;
                }
                Ok(_) => {}
                Err(error) => {
                    // A busy database is asked again, and nobody needs to act.
                    match error {
                        DomainError::Busy => tracing::warn!(%error, "the change log waits"),
                        _ => tracing::error!(%error, "the change log could not be read"),
                    }
                    tokio::time::sleep(RETRY).await;
                    continue;
                }
            }
        }
        // Another process, such as the command line, writes without this one being told.
        if let Ok(Err(_)) = tokio::time::timeout(LOOK_AGAIN, committed.changed()).await {
            return;
        }
    }
}

async fn hand_out(backend: &Backend, position: i64) -> DomainResult<i64> {
    let changes = backend.database.changes_after(position, BATCH).await?;
    let mut last = position;
    for change in &changes {
        let entries = backend.hub.advance(change.position, &change.collection_id);
        last = change.position;
        let snapshot = backend.schema.snapshot();
        if let Err(error) = tell_all(backend, &snapshot, change, &entries).await {
            tracing::error!(%error, change.position, "an event could not be handed out");
            for entry in &entries {
                entry.client.close(1011, "an event was lost");
            }
        }
        check_sessions(backend, &snapshot, change).await;
    }
    Ok(last)
}

async fn tell_all(
    backend: &Backend,
    snapshot: &Snapshot,
    change: &Change,
    entries: &[Arc<Entry>],
) -> DomainResult<()> {
    let Some(collection) = snapshot.find(&change.collection_id) else { return Ok(()) };
    if entries.is_empty() {
        return Ok(());
    }
    let event = Event::read(collection, change)?;
    let cursor = cursor_text(backend, change.position);
    let mut answers: HashMap<Arc<str>, Option<(EventAction, Arc<str>)>> = HashMap::new();
    for entry in entries.iter().filter(|entry| entry.question.concerns(&change.record_id)) {
        let who = entry.client.who();
        let key = entry.question.key(snapshot.version, &who);
        let answer = match answers.get(&key) {
            Some(known) => known.clone(),
            None => {
                let found =
                    evaluate::answer(backend, snapshot, &event, &entry.question, &who).await?;
                answers.insert(key, found.clone());
                found
            }
        };
        if let Some((action, record)) = answer {
            let sub = entry.question.sub.clone();
            let delivery = Delivery { sub, action, record, cursor: Arc::clone(&cursor) };
            backend.hub.deliver(entry, change.position, delivery);
        }
    }
    Ok(())
}

/// Tells one subscription what it missed of a change, waiting for room in the queue.
pub(super) async fn replay(
    backend: &Backend,
    snapshot: &Snapshot,
    change: &Change,
    entry: &Entry,
) -> DomainResult<()> {
    let concerned = change.collection_id == entry.question.collection_id
        && entry.question.concerns(&change.record_id);
    let Some(collection) = snapshot.find(&change.collection_id).filter(|_| concerned) else {
        return Ok(());
    };
    let event = Event::read(collection, change)?;
    let who = entry.client.who();
    let answer = evaluate::answer(backend, snapshot, &event, &entry.question, &who).await?;
    if let Some((action, record)) = answer {
        let sub = entry.question.sub.clone();
        let cursor = cursor_text(backend, change.position);
        let delivery = Delivery { sub, action, record, cursor };
        entry.client.tell_patiently(Outgoing::Event(delivery)).await;
    }
    Ok(())
}

fn cursor_text(backend: &Backend, position: i64) -> Arc<str> {
    Cursor { epoch: backend.hub.epoch().to_owned(), position }.to_string().into()
}

/// A connection whose auth record is gone or has a new token key is cut off; one whose record
/// merely changed goes on with the fresh record.
async fn check_sessions(backend: &Backend, snapshot: &Snapshot, change: &Change) {
    if change.action == ChangeAction::Create {
        return;
    }
    let Some(collection) = snapshot.find(&change.collection_id).filter(|c| c.is_auth()) else {
        return;
    };
    for client in backend.hub.clients_of(&change.collection_id, &change.record_id) {
        match records::read(backend, collection, &change.record_id).await {
            Ok(Some(fresh)) if keeps_session(&client, &fresh) => {
                client.renew(auth::principal(fresh));
            }
            Ok(_) | Err(_) => {
                client.sign_out();
            }
        }
    }
}

fn keeps_session(client: &Client, fresh: &underpin_model::Record) -> bool {
    let who = client.who();
    who.record().is_some_and(|record| record.text("tokenKey") == fresh.text("tokenKey"))
}
