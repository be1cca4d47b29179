//! Resuming by cursor: nothing lost, nothing doubled, in order.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use underpin_model::Timestamp;
use underpin_testkit::{Socket, TestServer};

use super::{position, post, server_with_posts, told};

const WRITERS: usize = 16;
const RECORDS_EACH: usize = 40;

async fn resume(server: &TestServer, cursor: &str) -> (Socket, Value) {
    let mut socket = server.socket().await;
    let ask = json!({ "type": "subscribe", "sub": "s", "topic": "posts", "since": cursor });
    let answer = socket.call(ask).await;
    (socket, answer)
}

/// Writers that create, change and delete records at the same time; each record ends deleted or
/// with two changes.
fn start_writers(server: &TestServer) -> Vec<tokio::task::JoinHandle<()>> {
    (0..WRITERS)
        .map(|writer| {
            let root = server.superuser();
            tokio::spawn(async move {
                for number in 0..RECORDS_EACH {
                    let title = format!("{writer}/{number}");
                    let record = root.create("posts", json!({ "title": title })).await;
                    root.patch(&post(&record), json!({ "count": 1 })).await.ok();
                    if number % 4 == 0 {
                        root.delete(&post(&record)).await.expect(204);
                    } else {
                        root.patch(&post(&record), json!({ "count+": 1 })).await.ok();
                    }
                }
            })
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_drop_under_concurrent_writes_lose_and_double_nothing() {
    let server = server_with_posts().await;
    let mut socket = server.socket().await;
    let mut cursor = socket.subscribe("s", "posts").await["cursor"].as_str().unwrap().to_owned();
    let writers = start_writers(&server);
    let total = WRITERS * RECORDS_EACH * 3;
    let mut events = Vec::new();
    let mut drops = [1, 7, 50, 3, 123, 20, 0, 211].into_iter().cycle();
    let mut until_drop = drops.next().unwrap();
    while events.len() < total {
        if until_drop == 0 {
            drop(socket);
            let answer;
            (socket, answer) = resume(&server, &cursor).await;
            assert_eq!(answer["type"], "ok", "{answer}");
            until_drop = drops.next().unwrap();
            if until_drop == 0 {
                continue;
            }
        }
        until_drop -= 1;
        let frame = socket.frame().await;
        assert_eq!(frame["type"], "event", "{frame}");
        cursor = frame["cursor"].as_str().unwrap().to_owned();
        events.push(frame);
    }
    for writer in writers {
        writer.await.unwrap();
    }
    // Positions that rise strictly rule doubles out, the count rules losses out.
    assert!(events.is_sorted_by(|a, b| position(a) < position(b)));
    let mut lives: BTreeMap<&str, Vec<(&str, i64)>> = BTreeMap::new();
    for event in &events {
        let count = event["record"]["count"].as_i64().unwrap();
        let id = event["record"]["id"].as_str().unwrap();
        lives.entry(id).or_default().push((event["action"].as_str().unwrap(), count));
    }
    assert_eq!(lives.len(), WRITERS * RECORDS_EACH);
    let kept = [("create", 0), ("update", 1), ("update", 2)];
    let gone = [("create", 0), ("update", 1), ("delete", 1)];
    assert!(lives.values().all(|life| *life == kept || *life == gone));
    // Nothing follows that was held back.
    server.superuser().create("posts", json!({ "title": "marker" })).await;
    assert_eq!(told(&socket.frame().await), ("create", "marker"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn changes_of_one_record_by_many_come_in_the_order_of_their_commits() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let record = root.create("posts", json!({ "title": "counter" })).await;
    server.handed_out().await;
    let mut socket = server.socket().await;
    socket.subscribe("s", "posts").await;
    let writers: Vec<_> = (0..8)
        .map(|_| {
            let (root, path) = (server.superuser(), post(&record));
            tokio::spawn(async move {
                for _ in 0..40 {
                    root.patch(&path, json!({ "count+": 1 })).await.ok();
                }
            })
        })
        .collect();
    for expected in 1..=320 {
        assert_eq!(socket.frame().await["record"]["count"], expected);
    }
    for writer in writers {
        writer.await.unwrap();
    }
}

#[tokio::test]
async fn a_replay_goes_by_the_rules_and_the_person_of_now() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let mut socket = server.socket().await;
    let cursor = socket.subscribe("s", "posts").await["cursor"].as_str().unwrap().to_owned();
    drop(socket);
    for title in ["open", "closed"] {
        root.create("posts", json!({ "title": title })).await;
    }
    root.patch("/api/collections/posts", json!({ "listRule": "title != 'closed'" })).await.ok();
    let (mut socket, answer) = resume(&server, &cursor).await;
    assert_eq!(answer["type"], "ok");
    root.create("posts", json!({ "title": "marker" })).await;
    assert_eq!(told(&socket.frame().await), ("create", "open"));
    assert_eq!(told(&socket.frame().await), ("create", "marker"));
    root.patch("/api/collections/posts", json!({ "listRule": null })).await.ok();
    assert_eq!(resume(&server, &cursor).await.1["code"], "forbidden");
}

#[tokio::test]
async fn cursors_of_no_use_are_answered_with_reset_and_live_events_follow() {
    let server = server_with_posts().await;
    let root = server.superuser();
    root.create("posts", json!({ "title": "missed" })).await;
    server.handed_out().await;
    let cursor = server.socket().await.subscribe("s", "posts").await;
    let cursor = cursor["cursor"].as_str().unwrap();
    let (epoch, place) = cursor.rsplit_once('.').unwrap();
    let other = format!("another{epoch}.{place}");
    let future = format!("{epoch}.{}", i64::MAX);
    let shouted = cursor.to_uppercase();
    for wrong in [&other, &future, "nonsense", "x.-1", ".", &format!("{epoch}.x"), &shouted] {
        let (mut socket, answer) = resume(&server, wrong).await;
        assert_eq!((&answer["type"], &answer["sub"]), (&json!("ok"), &json!("s")), "{wrong}");
        let reset = socket.frame().await;
        assert_eq!((&reset["type"], &reset["sub"]), (&json!("reset"), &json!("s")), "{wrong}");
        root.create("posts", json!({ "title": wrong })).await;
        assert_eq!(told(&socket.frame().await), ("create", wrong));
    }
}

#[tokio::test]
async fn a_cursor_older_than_the_log_is_answered_with_reset() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let start = server.socket().await.subscribe("s", "posts").await;
    let mut cursors = vec![start["cursor"].as_str().unwrap().to_owned()];
    let mut socket = server.socket().await;
    socket.subscribe("s", "posts").await;
    for number in 0..10 {
        root.create("posts", json!({ "title": number.to_string() })).await;
        cursors.push(socket.frame().await["cursor"].as_str().unwrap().to_owned());
    }
    let long_ago = Timestamp::from_millis(0).unwrap();
    let soon = server.backend.clock.now().plus_seconds(3_600);
    // Three rows stay, then none.
    for (older_than, keep, first_usable) in [(long_ago, 3, 7), (soon, 0, 10)] {
        server.backend.database.trim_changes(older_than, keep, 1_000).await.unwrap();
        for (number, cursor) in cursors.iter().enumerate() {
            let (mut socket, answer) = resume(&server, cursor).await;
            assert_eq!(answer["type"], "ok");
            if number < first_usable {
                assert_eq!(socket.frame().await["type"], "reset", "{number} of {keep}");
                continue;
            }
            for missed in number..10 {
                let expected = missed.to_string();
                assert_eq!(told(&socket.frame().await), ("create", expected.as_str()));
            }
        }
    }
    let (mut socket, _) = resume(&server, &cursors[10]).await;
    root.create("posts", json!({ "title": "live" })).await;
    assert_eq!(told(&socket.frame().await), ("create", "live"));
}
