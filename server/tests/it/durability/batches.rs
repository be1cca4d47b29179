//! A server is killed while batches are under way: each is there as a whole or not at all.

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use tokio::{sync::Notify, task::JoinHandle};
use underpin_testkit::{Binary, Caller};

use super::{prepared, root, rounds};

const WRITERS: usize = 8;
/// Answered batches after which the server is killed: from here on upwards, round by round.
const FIRST_KILL_AFTER: usize = 40;
/// Records that each batch makes.
const RECORDS: usize = 12;

/// Which batches were answered, and which one may be there besides, by writer.
#[derive(Default)]
struct Sent {
    answered: Vec<String>,
    unanswered: Option<String>,
}

type Answered = Arc<(AtomicUsize, Notify)>;

/// Sends batches until the server is gone. Each makes records, counts them up and deletes one more.
async fn send_until_refused(caller: Caller, writer: String, answered: Answered) -> Sent {
    let mut sent = Sent::default();
    for number in 0_usize.. {
        let title = format!("{writer}b{number:04}");
        let body = json!({ "requests": requests(&title) });
        sent.unanswered = Some(title.clone());
        let request = caller.request(reqwest::Method::POST, "/api/batch").json(&body);
        let Ok(response) = request.send().await else { break };
        assert_eq!(response.status(), 200, "{}", response.text().await.unwrap());
        sent.unanswered = None;
        sent.answered.push(title);
        answered.0.fetch_add(1, Ordering::SeqCst);
        answered.1.notify_one();
    }
    sent
}

fn requests(title: &str) -> Vec<Value> {
    let list = "/api/collections/posts/records";
    let id = |place: usize| format!("{title}n{place:04}");
    let one = |place: usize| format!("{list}/{}", id(place));
    let create = |place: usize| json!({ "method": "POST", "url": list, "body": { "id": id(place), "title": title } });
    let count =
        |place: usize| json!({ "method": "PATCH", "url": one(place), "body": { "count+": 1 } });
    let mut requests: Vec<Value> = (0..=RECORDS).map(create).collect();
    requests.extend((0..=RECORDS).map(count));
    requests.push(json!({ "method": "DELETE", "url": one(RECORDS) }));
    requests
}

/// How many records each batch has, and how many of them were counted up.
fn found(dir: &std::path::Path) -> BTreeMap<String, (usize, usize)> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let database = Connection::open_with_flags(dir.join("data.db"), flags).unwrap();
    let check: String = database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    assert_eq!(check, "ok");
    let mut select = database.prepare("SELECT title, count FROM posts").unwrap();
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let mut found: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (title, count) in rows.map(|row: rusqlite::Result<(String, f64)>| row.unwrap()) {
        let batch = found.entry(title).or_default();
        batch.0 += 1;
        batch.1 += usize::from(count > 0.5);
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_batch_is_there_as_a_whole_or_not_at_all_after_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = prepared(folder.path()).await;
    let on = json!({ "batch": { "enabled": true, "timeout": 60 } });
    root(&server).await.patch("/api/settings", on).await.ok();
    let (mut all, mut interrupted, mut kept) = (0, 0, 0);
    for round in 0..rounds() {
        let answered: Answered = Arc::default();
        let guest = Caller::guest(&server.base);
        let writers: Vec<JoinHandle<Sent>> = (0..WRITERS)
            .map(|writer| {
                let name = format!("r{round:02}w{writer}");
                tokio::spawn(send_until_refused(guest.clone(), name, Arc::clone(&answered)))
            })
            .collect();
        while answered.0.load(Ordering::SeqCst) < FIRST_KILL_AFTER + 7 * round {
            answered.1.notified().await;
        }
        server.kill().await;
        let mut sent = Vec::new();
        for writer in writers {
            sent.push(writer.await.unwrap());
        }
        server = Binary::serve(folder.path()).await;
        let found = found(folder.path());
        for (title, counts) in &found {
            assert_eq!(*counts, (RECORDS, RECORDS), "{title} is there in part");
        }
        for title in sent.iter().flat_map(|sent| &sent.answered) {
            assert!(found.contains_key(title), "{title} was answered and is lost");
        }
        let last: Vec<_> = sent.iter().filter_map(|sent| sent.unanswered.as_ref()).collect();
        interrupted += last.len();
        kept += last.iter().filter(|title| found.contains_key(**title)).count();
        all = found.len();
    }
    println!("{all} batches, {interrupted} interrupted, {kept} of those are there");
    assert_eq!(server.terminate().await, Some(0));
}
