//! Clients that read too slowly.

use serde_json::json;

use super::{position, server_with_posts, told};

const SUBSCRIPTIONS: usize = 50;
const WRITES: usize = 60;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_is_told_where_to_resume_and_then_has_everything_once() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let mut slow = server.socket().await;
    let subs: Vec<String> = (0..SUBSCRIPTIONS).map(|number| format!("s{number}")).collect();
    for sub in &subs {
        slow.subscribe(sub, "posts").await;
    }
    let mut quick = server.socket().await;
    quick.subscribe("q", "posts").await;

    // More than the queue and the buffers of the connection hold: the quick reader shows that
    // each event was handed out while the slow one read nothing.
    let title = |number: usize| format!("{number:04}{}", "x".repeat(30_000));
    for number in 0..WRITES {
        root.create("posts", json!({ "title": title(number) })).await;
        assert_eq!(told(&quick.frame().await), ("create", title(number).as_str()));
    }

    let mut seen = vec![Vec::new(); SUBSCRIPTIONS];
    let mut resume = vec![None; SUBSCRIPTIONS];
    while resume.iter().any(Option::is_none) {
        let frame = slow.frame().await;
        let at = subs.iter().position(|sub| frame["sub"] == sub.as_str()).unwrap();
        if frame["type"] == "lagged" {
            assert!(resume[at].is_none(), "told twice");
            resume[at] = Some(frame["cursor"].as_str().unwrap().to_owned());
        } else {
            assert!(resume[at].is_none(), "an event after the end of its subscription");
            seen[at].push(position(&frame));
        }
    }
    for (at, sub) in subs.iter().enumerate() {
        let missing = WRITES - seen[at].len();
        assert!(missing > 0, "{sub} did not lag");
        let ask = json!({
            "type": "subscribe", "sub": sub, "topic": "posts", "since": resume[at],
            "fields": "id",
        });
        assert_eq!(slow.call(ask).await["type"], "ok");
        for _ in 0..missing {
            let frame = slow.frame().await;
            assert_eq!(frame["sub"], sub.as_str());
            seen[at].push(position(&frame));
        }
    }
    for positions in &seen {
        assert!(positions.is_sorted_by(|a, b| a < b), "{positions:?}");
        assert_eq!(positions.len(), WRITES);
    }
    // Live events follow, one for each subscription.
    root.create("posts", json!({ "title": "marker" })).await;
    for _ in 0..SUBSCRIPTIONS {
        assert_eq!(slow.frame().await["type"], "event");
    }
}
