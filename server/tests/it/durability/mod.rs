//! A server is killed while many write: everything that was answered is there after the restart.
//!
//! `UNDERPIN_KILL_ROUNDS=20 cargo test -p underpin-tests --test it durability -- --nocapture`
//! runs more rounds and tells its figures.

mod batches;
mod change_log;
mod load;

use serde_json::json;
use underpin_testkit::{Binary, Caller, Socket};

use self::load::{Load, Tally};

const WRITERS: usize = 32;
/// Rounds of the suite; a kill hits another moment each time.
const ROUNDS: usize = 3;
/// Answered writes after which the server is killed: from here on upwards, round by round.
const FIRST_KILL_AFTER: usize = 150;
const EMAIL: &str = "root@example.com";
const PASSWORD: &str = "correct horse";

fn rounds() -> usize {
    std::env::var("UNDERPIN_KILL_ROUNDS").map_or(ROUNDS, |rounds| rounds.parse().unwrap())
}

/// A data folder with a superuser and a collection, and the server that works on it.
async fn prepared(dir: &std::path::Path) -> Binary {
    let place = dir.to_str().unwrap();
    let arguments = ["superuser", "create", EMAIL, PASSWORD, "--dir", place];
    let (code, text) = Binary::run(&arguments).await;
    assert_eq!(code, 0, "{text}");
    let server = Binary::serve(dir).await;
    let fields = json!([
        { "name": "title", "type": "text" },
        { "name": "count", "type": "number" },
    ]);
    let definition = json!({
        "name": "posts", "type": "base", "fields": fields,
        "listRule": "", "viewRule": "", "createRule": "", "updateRule": "", "deleteRule": "",
    });
    root(&server).await.post("/api/collections", definition).await.ok();
    server
}

async fn root(server: &Binary) -> Caller {
    Caller::guest(&server.base).signed_in("_superusers", EMAIL, PASSWORD).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_server_has_lost_no_answered_write_and_its_log_agrees_with_its_tables() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = prepared(folder.path()).await;
    let mut load = Load::new(WRITERS);
    let mut total = Tally::default();
    let rounds = rounds();
    for round in 0..rounds {
        let kill_after = FIRST_KILL_AFTER + 37 * round;
        let running = load.start(&Caller::guest(&server.base));
        running.answered(kill_after).await;
        server.kill().await;
        load = running.end().await;
        server = Binary::serve(folder.path()).await;
        let tally = change_log::compare(folder.path(), &mut load);
        println!("round {}: {tally:?}", round + 1);
        total.add(&tally);
    }
    println!("{rounds} rounds, {WRITERS} writers: {total:?}");
    assert!(total.answered >= rounds * FIRST_KILL_AFTER);
    assert_eq!((total.lost, total.invented, total.log_differs, total.damaged), (0, 0, 0, 0));
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_from_before_the_kill_resumes_after_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = prepared(folder.path()).await;
    let mut socket = Socket::connect(&server.base).await;
    let answer = socket.subscribe("s", "posts").await;
    let guest = Caller::guest(&server.base);
    for title in ["a", "b", "c"] {
        guest.create("posts", json!({ "title": title })).await;
    }
    assert_eq!(socket.frame().await["record"]["title"], "a");
    server.kill().await;

    let server = Binary::serve(folder.path()).await;
    let mut socket = Socket::connect(&server.base).await;
    let ask = json!({
        "type": "subscribe", "sub": "s", "topic": "posts", "since": answer["cursor"],
    });
    assert_eq!(socket.call(ask).await["type"], "ok");
    Caller::guest(&server.base).create("posts", json!({ "title": "d" })).await;
    for title in ["a", "b", "c", "d"] {
        assert_eq!(socket.frame().await["record"]["title"], title);
    }
}
