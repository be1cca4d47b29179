//! What clients meet while a backup is put in place.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use reqwest::Method;
use serde_json::json;
use underpin_testkit::{Socket, TestServer};

use super::{DOCS, back_up, make_docs, restore};

const WRITERS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_get_a_clear_answer_each_and_no_write_is_half_kept() {
    let server = TestServer::start().await;
    let root = server.superuser();
    make_docs(&root).await;
    root.create("docs", json!({ "title": "0 before" })).await;
    back_up(&root, "one.zip").await;
    let is_over = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let (caller, is_over) = (server.guest(), Arc::clone(&is_over));
            tokio::spawn(async move {
                let mut answers = Vec::new();
                for number in 0.. {
                    let title = format!("w{writer} {number:05}");
                    let ended = is_over.load(Ordering::SeqCst);
                    let body = json!({ "title": title });
                    let sent = caller.request(Method::POST, DOCS).json(&body).send().await;
                    // Neither refused nor cut off.
                    let answer = sent.unwrap_or_else(|error| panic!("{title}: {error:?}"));
                    let retry = answer.headers().contains_key("retry-after");
                    answers.push((title, answer.status().as_u16(), retry));
                    if ended {
                        return answers;
                    }
                }
                unreachable!()
            })
        })
        .collect();
    for _ in 0..3 {
        restore(&root, "one.zip").await;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    is_over.store(true, Ordering::SeqCst);
    let mut given = Vec::new();
    for writer in writers {
        given.push(writer.await.unwrap());
    }
    let kept = server.store.rows("SELECT title FROM docs").concat();
    let kept: BTreeSet<String> = kept.into_iter().collect();
    assert!(kept.contains("0 before"));
    let mut seen = 0;
    for answers in given {
        let mut was_kept = false;
        for (title, status, retry) in &answers {
            assert!(*status == 200 || (*status == 503 && *retry), "{title}: {status}");
            let is_kept = kept.contains(title);
            // What the restored state has is the end of what was written, without a hole.
            assert!(is_kept || !was_kept || *status != 200, "{title} is lost");
            assert!(!is_kept || *status == 200, "{title} was refused and is there");
            was_kept |= is_kept;
            seen += 1;
        }
        assert_eq!(answers.last().unwrap().1, 200, "it goes on");
    }
    assert!(seen > WRITERS * 3);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn realtime_clients_are_closed_and_told_to_begin_anew() {
    let server = TestServer::start().await;
    let root = server.superuser();
    make_docs(&root).await;
    back_up(&root, "one.zip").await;
    root.create("docs", json!({ "title": "later" })).await;
    let mut socket = server.socket().await;
    let cursor = socket.subscribe("s", "docs").await["cursor"].as_str().unwrap().to_owned();
    let mut stream = server.guest().request(Method::GET, "/api/realtime").send().await.unwrap();
    stream.chunk().await.unwrap().unwrap();
    restore(&root, "one.zip").await;
    assert_eq!(socket.close_code().await, 1012, "service restart");
    while let Ok(Some(_)) = stream.chunk().await {}
    let mut again = Socket::connect(&server.base).await;
    let ask = json!({ "type": "subscribe", "sub": "s", "topic": "docs", "since": cursor });
    let answer = again.call(ask).await;
    assert_eq!(answer["type"], "ok", "{answer}");
    let reset = again.frame().await;
    assert_eq!((&reset["type"], &reset["sub"]), (&json!("reset"), &json!("s")), "{reset}");
    again.call(json!({ "type": "unsubscribe", "sub": "s" })).await;
    // From there on it is told of what happens in the restored state.
    let answer = again.subscribe("t", "docs").await;
    assert_eq!(answer["type"], "ok", "{answer}");
    root.create("docs", json!({ "title": "new" })).await;
    assert_eq!(again.frame().await["record"]["title"], "new");
    server.stop().await;
}
