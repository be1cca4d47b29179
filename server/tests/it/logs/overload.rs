//! More than can be written, and a log that can't be written at all.

use serde_json::{Map, json};
use underpin_domain::logs::{self, Level};
use underpin_testkit::TestServer;

use super::{PATH, entries};

/// More than may wait.
const MANY: u64 = 20_000;

// One thread: nothing is written while it is busy here.
#[tokio::test(flavor = "current_thread")]
async fn what_finds_no_place_is_dropped_counted_and_told() {
    let server = TestServer::start().await;
    let root = server.superuser();
    server.backend.logs.flush().await;
    for _ in 0..MANY {
        logs::note(&server.backend, Level::Info, "one of many", Map::new());
    }
    let asked = [("filter", "message = 'one of many'"), ("perPage", "1")];
    let kept = root.ask(PATH, &asked).await.expect(200)["totalItems"].as_u64().unwrap();
    let told = entries(&root, "data.dropped != null").await;
    let dropped: u64 = told.iter().map(|entry| entry["data"]["dropped"].as_u64().unwrap()).sum();
    assert!(dropped > 0 && kept > 0, "{kept} {dropped}");
    assert_eq!(kept + dropped, MANY);
    assert!(told.iter().all(|entry| entry["level"] == 4), "{told:?}");
}

#[tokio::test]
async fn requests_are_answered_while_the_log_cannot_be_written() {
    let server = TestServer::start().await;
    if server.store.is_postgres() {
        server.store.rows("DROP SCHEMA _logs CASCADE");
    } else {
        let file = server.data().join("data").join("auxiliary.db");
        let log = rusqlite::Connection::open(file).unwrap();
        log.busy_timeout(std::time::Duration::from_secs(20)).unwrap();
        log.execute_batch("DROP TABLE _logs").unwrap();
    }
    for _ in 0..20 {
        server.guest().get("/api/health").await.expect(200);
    }
    server.backend.logs.flush().await;
    let (_, id) = server.user("ann").await;
    assert!(!id.is_empty());
    server.superuser().get(PATH).await.expect(503);
    server
        .superuser()
        .patch("/api/settings", json!({ "meta": { "appName": "x" } }))
        .await
        .expect(200);
    server.stop().await;
}
