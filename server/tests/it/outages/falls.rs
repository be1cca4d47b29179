//! The database falls while it is written to, and comes back.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use serde_json::json;
use tokio::{sync::Notify, task::JoinSet};
use underpin_testkit::{Caller, TestServer};
use underpin_testpg::Cluster;

const LIST: &str = "/api/collections/posts/records";
const WRITERS: usize = 8;
/// Answered writes before the database falls, and after it is back.
const STRETCH: usize = 60;

/// How far the writers are.
#[derive(Default)]
struct Course {
    answered: AtomicUsize,
    turned_away: AtomicUsize,
    is_over: AtomicBool,
    moved: Notify,
}

impl Course {
    async fn until(&self, count: &AtomicUsize, wanted: usize) {
        while count.load(Ordering::SeqCst) < wanted {
            self.moved.notified().await;
        }
    }
}

/// Writes until all is over. Gives the titles that were answered, and those that may be there.
async fn write(guest: Caller, writer: usize, course: Arc<Course>) -> [BTreeSet<String>; 2] {
    let (mut kept, mut unknown) = (BTreeSet::new(), BTreeSet::new());
    for number in 0.. {
        if course.is_over.load(Ordering::SeqCst) {
            break;
        }
        let title = format!("{writer}-{number}");
        let answer = guest.post(LIST, json!({ "title": title })).await;
        let count = match answer.status {
            200 => {
                kept.insert(title);
                &course.answered
            }
            503 => {
                assert_eq!(answer.header("retry-after"), "1", "{}", answer.text());
                &course.turned_away
            }
            // A commit whose fate could not be found out.
            500 => {
                unknown.insert(title);
                &course.turned_away
            }
            status => panic!("{status}: {}", answer.text()),
        };
        count.fetch_add(1, Ordering::SeqCst);
        course.moved.notify_one();
    }
    [kept, unknown]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_answered_is_there_after_the_database_fell_and_nothing_else() {
    let mut cluster = Cluster::start();
    cluster.run("postgres", "CREATE DATABASE falls");
    cluster.run("postgres", "ALTER DATABASE falls SET synchronous_commit = on");
    let server = TestServer::start_on(&format!("{}/falls", cluster.address())).await;
    server.open_collection("posts", json!([{ "name": "title", "type": "text" }])).await;
    let course = Arc::new(Course::default());
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(write(server.guest(), writer, Arc::clone(&course)));
    }
    for fall in 1..=3 {
        course.until(&course.answered, fall * STRETCH).await;
        let away = course.turned_away.load(Ordering::SeqCst);
        cluster.set_running(false);
        course.until(&course.turned_away, away + 1).await;
        cluster.set_running(true);
        let answered = course.answered.load(Ordering::SeqCst);
        course.until(&course.answered, answered + STRETCH).await;
    }
    course.is_over.store(true, Ordering::SeqCst);
    let [mut kept, mut unknown] = [BTreeSet::new(), BTreeSet::new()];
    for [of_one, perhaps] in writers.join_all().await {
        kept.extend(of_one);
        unknown.extend(perhaps);
    }
    let texts = |sql: &str| -> BTreeSet<String> {
        let rows = cluster.rows("falls", &[sql]).remove(0);
        rows.into_iter().flatten().collect()
    };
    let found = texts("SELECT title FROM posts");
    let lost: Vec<_> = kept.difference(&found).collect();
    assert!(lost.is_empty(), "{lost:?}");
    let invented: Vec<_> =
        found.difference(&kept).filter(|title| !unknown.contains(*title)).collect();
    assert!(invented.is_empty(), "{invented:?}");
    let logged = texts(
        "SELECT record FROM _changes JOIN _collections ON _collections.id = collection \
         WHERE name = 'posts'",
    );
    assert_eq!(texts("SELECT id FROM posts"), logged, "the change log tells of each");
}
