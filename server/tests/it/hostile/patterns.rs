//! Patterns that are slow to match: they are cut off in time, and nobody waits for them.

use std::time::{Duration, Instant};

use super::*;
use crate::batch::turn_on;

const PATH: &str = "/api/collections/texts/records";

/// How long anything here may take on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server whose reads are short, with texts as long as a text may be by default, of one letter.
async fn texts() -> TestServer {
    let server = TestServer::start_with(|config| config.database.read_seconds = 1).await;
    server.open_collection("texts", json!([{ "name": "text", "type": "text" }])).await;
    turn_on(&server, json!({ "maxRequests": 2_000 })).await;
    let create = json!({ "method": "POST", "url": PATH, "body": { "text": "a".repeat(5_000) } });
    let batch = json!({ "requests": vec![create; 1_000] });
    server.superuser().post("/api/batch", batch).await.expect(200);
    server
}

/// Patterns that fail at their very end, wherever they begin, and such with many wildcards.
fn slow() -> [String; 5] {
    [
        format!("text ~ '{}b'", "a".repeat(3_400)),
        format!("text ~ '{}b'", "%_".repeat(1_500)),
        format!("text ~ '{}b'", "%a".repeat(1_500)),
        format!("text ~ '%{}b%'", "_%".repeat(1_500)),
        format!("text !~ '{}b'", "%aa".repeat(1_000)),
    ]
}

mod denied {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_slow_pattern_ends_by_itself_or_with_the_time_that_a_read_has() {
        let server = texts().await;
        let guest = server.guest();
        for filter in &slow() {
            let begun = Instant::now();
            let answer = guest.ask(PATH, &[("filter", filter)]).await;
            let took = begun.elapsed();
            assert!(matches!(answer.status, 200 | 503), "{filter:.30}: {}", answer.text());
            assert!(took < PATIENCE, "{filter:.30}: {took:?}");
        }
        guest.get(PATH).await.expect(200);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn others_are_answered_while_slow_patterns_run() {
        let server = texts().await;
        let filters = slow();
        let slow: Vec<_> = (0..12)
            .map(|at| {
                let (guest, filter) = (server.guest(), filters[at % filters.len()].clone());
                tokio::spawn(async move { guest.ask(PATH, &[("filter", &filter)]).await.status })
            })
            .collect();
        let begun = Instant::now();
        let guest = server.guest();
        while slow.iter().any(|one| !one.is_finished()) {
            guest.get("/api/health").await.expect(200);
            let made = guest.create("texts", json!({ "text": "b" })).await;
            guest.get(&format!("{PATH}/{}", made["id"].as_str().unwrap())).await.expect(200);
            assert!(begun.elapsed() < PATIENCE * 2, "they never end");
        }
        for one in slow {
            assert!(matches!(one.await.unwrap(), 200 | 400 | 503));
        }
        guest.get(PATH).await.expect(200);
    }

    /// Realtime matches in memory, event by event.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn a_slow_pattern_in_a_subscription_delays_no_other() {
        let server = texts().await;
        let mut hostile = server.socket().await;
        for (at, filter) in slow().iter().enumerate() {
            let ask = json!({
                "type": "subscribe", "sub": format!("s{at}"), "topic": "texts", "filter": filter,
            });
            assert_eq!(hostile.call(ask).await["type"], "ok");
        }
        let mut plain = server.socket().await;
        plain.subscribe("s", "texts").await;
        let begun = Instant::now();
        for _ in 0..2 {
            let body = json!({ "text": "a".repeat(5_000) });
            server.superuser().create("texts", body).await;
            assert_eq!(plain.frame().await["type"], "event");
        }
        assert!(begun.elapsed() < PATIENCE, "{:?}", begun.elapsed());
    }
}
