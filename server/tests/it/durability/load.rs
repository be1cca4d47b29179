//! Writers that create, change and delete records until the server is gone, and remember what
//! they were answered.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use reqwest::{Method, Response};
use serde_json::{Value, json};
use tokio::{sync::Notify, task::JoinHandle};
use underpin_testkit::Caller;

/// What a record is known to be, and what it may be when the last request was not answered.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// The count that was answered last; nothing when the record was deleted, or never answered.
    pub(super) count: Option<i64>,
    /// What it would be if the unanswered request was carried out.
    pub(super) perhaps: Option<Option<i64>>,
}

/// What happened in a round.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Writes that were answered with success.
    pub(super) answered: usize,
    /// Records that are not what was answered.
    pub(super) lost: usize,
    /// Records that nobody made.
    pub(super) invented: usize,
    /// Records for which the replayed change log differs from the table.
    pub(super) log_differs: usize,
    /// Complaints of the database's own check.
    pub(super) damaged: usize,
    /// Records in the table.
    pub(super) records: usize,
    /// Rows in the change log.
    pub(super) log_rows: usize,
    /// What was lost or differs, in words.
    pub(super) complaints: Vec<String>,
}

impl Tally {
    /// Adds up; sizes are those of the last round.
    pub(super) fn add(&mut self, round: &Self) {
        self.answered += round.answered;
        self.lost += round.lost;
        self.invented += round.invented;
        self.log_differs += round.log_differs;
        self.damaged += round.damaged;
        self.complaints.extend(round.complaints.iter().cloned());
        (self.records, self.log_rows) = (round.records, round.log_rows);
    }
}

/// What all writers know, by record id.
pub(super) struct Load {
    pub(super) known: Vec<BTreeMap<String, Known>>,
    pub(super) answered: usize,
}

/// Writers at work.
pub(super) struct Running {
    writers: Vec<JoinHandle<BTreeMap<String, Known>>>,
    answered: Arc<(AtomicUsize, Notify)>,
}

impl Load {
    pub(super) fn new(writers: usize) -> Self {
        Self { known: vec![BTreeMap::new(); writers], answered: 0 }
    }

    /// Lets the writers go on with the records that they have.
    pub(super) fn start(self, caller: &Caller) -> Running {
        let answered = Arc::new((AtomicUsize::new(0), Notify::new()));
        let writers = self
            .known
            .into_iter()
            .enumerate()
            .map(|(number, known)| {
                let (caller, answered) = (caller.clone(), Arc::clone(&answered));
                let writer = Writer { number, known, caller, answered };
                tokio::spawn(writer.write_until_refused())
            })
            .collect();
        Running { writers, answered }
    }
}

impl Running {
    /// Waits until so many writes were answered.
    pub(super) async fn answered(&self, enough: usize) {
        while self.answered.0.load(Ordering::SeqCst) < enough {
            self.answered.1.notified().await;
        }
    }

    /// Waits until the last writer has noticed that the server is gone.
    pub(super) async fn end(self) -> Load {
        let mut known = Vec::new();
        for writer in self.writers {
            known.push(writer.await.unwrap());
        }
        Load { known, answered: self.answered.0.load(Ordering::SeqCst) }
    }
}

struct Writer {
    number: usize,
    known: BTreeMap<String, Known>,
    caller: Caller,
    answered: Arc<(AtomicUsize, Notify)>,
}

impl Writer {
    async fn write_until_refused(mut self) -> BTreeMap<String, Known> {
        for step in 0_usize.. {
            let alive: Vec<_> = self
                .known
                .iter()
                .filter_map(|(id, known)| Some((id.clone(), known.count?)))
                .collect();
            let some = alive.get(step % alive.len().max(1)).cloned();
            let done = match (step % 5, some) {
                (2 | 3, Some((id, count))) => self.change(&id, count + 1).await,
                (4, Some((id, _))) if alive.len() > 2 => self.delete(&id).await,
                _ => self.create().await,
            };
            if done.is_none() {
                break;
            }
        }
        self.known
    }

    async fn create(&mut self) -> Option<()> {
        let id = format!("w{:02}n{:011}", self.number, self.known.len());
        let body = json!({ "id": id, "title": format!("by {}", self.number) });
        self.write(Method::POST, &id, Some(body), Some(0)).await
    }

    async fn change(&mut self, id: &str, count: i64) -> Option<()> {
        self.write(Method::PATCH, id, Some(json!({ "count": count })), Some(count)).await
    }

    async fn delete(&mut self, id: &str) -> Option<()> {
        self.write(Method::DELETE, id, None, None).await
    }

    /// Sends a write that makes the record's count `then`; nothing when no answer came.
    async fn write(
        &mut self,
        method: Method,
        id: &str,
        body: Option<Value>,
        then: Option<i64>,
    ) -> Option<()> {
        self.known.entry(id.to_owned()).or_default().perhaps = Some(then);
        let records = "/api/collections/posts/records";
        let is_new = method == Method::POST;
        let path = if is_new { records.to_owned() } else { format!("{records}/{id}") };
        let mut request = self.caller.request(method, &path);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let status = request.send().await.as_ref().map(Response::status).ok()?;
        assert!(status.is_success(), "{path}: {status}");
        self.known.insert(id.to_owned(), Known { count: then, perhaps: None });
        self.answered.0.fetch_add(1, Ordering::SeqCst);
        self.answered.1.notify_one();
        Some(())
    }
}
