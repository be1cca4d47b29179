//! Subscriptions through the SDK: lost connections lose no event.

use std::{collections::BTreeSet, time::Duration};

use serde_json::json;
use underpin::{Action, Client, Event, RealtimeTimings, Subscription, filter};

use super::{Post, server_and_client};

/// How long an event may take before a test gives up.
const PATIENCE: Duration = Duration::from_secs(30);

async fn next(changes: &mut Subscription<Post>) -> Event<Post> {
    let event = tokio::time::timeout(PATIENCE, changes.next()).await;
    event.expect("no event came").expect("the subscription ended").unwrap()
}

#[tokio::test]
async fn each_kind_of_change_is_told() {
    let (_server, client) = server_and_client().await;
    let posts = client.collection("posts");
    let mut changes = posts.subscribe::<Post>().filter(filter!("count < {}", 10)).await.unwrap();
    let made = posts.create(&Post::new("a", 1)).await.unwrap();
    for count in [2, 20, 3] {
        posts.update(made.id(), &json!({ "count": count })).await.unwrap();
    }
    posts.delete(made.id()).await.unwrap();
    let mut told = Vec::new();
    for _ in 0..5 {
        told.push(next(&mut changes).await.action().unwrap());
    }
    let all = [Action::Create, Action::Update, Action::Leave, Action::Enter, Action::Delete];
    assert_eq!(told, all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_cut_again_and_again_under_writes_loses_and_doubles_nothing() {
    const WRITERS: i64 = 8;
    const EACH: i64 = 40;
    let (server, _) = server_and_client().await;
    let timings = RealtimeTimings {
        first_pause: Duration::from_millis(1),
        longest_pause: Duration::from_millis(20),
        ..RealtimeTimings::default()
    };
    let client = Client::builder(&server.base).realtime(timings).build().unwrap();
    client.collection("users").auth_with_password("ann@example.com", "12345678").await.unwrap();
    let posts = client.collection("posts");
    let mut changes = posts.subscribe::<Post>().await.unwrap();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let posts = posts.clone();
            tokio::spawn(async move {
                for number in 0..EACH {
                    posts.create(&Post::new("x", writer * 1_000 + number)).await.unwrap();
                }
            })
        })
        .collect();
    let mut counts = Vec::new();
    for told in 1..=WRITERS * EACH {
        let event = next(&mut changes).await;
        assert_eq!(event.action(), Some(Action::Create), "{event:?}");
        counts.push(event.record().unwrap().count);
        if told % 17 == 0 {
            client.reconnect();
        }
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let distinct: BTreeSet<_> = counts.iter().collect();
    assert_eq!(distinct.len(), counts.len());
    posts.create(&Post::new("marker", -1)).await.unwrap();
    assert_eq!(next(&mut changes).await.record().unwrap().title, "marker");
}

#[tokio::test]
async fn a_kept_cursor_goes_on_where_an_earlier_program_stopped() {
    let (_server, client) = server_and_client().await;
    let posts = client.collection("posts");
    let mut changes = posts.subscribe::<Post>().await.unwrap();
    posts.create(&Post::new("seen", 1)).await.unwrap();
    next(&mut changes).await;
    let cursor = changes.cursor().unwrap().to_owned();
    drop(changes);
    posts.create(&Post::new("missed", 2)).await.unwrap();
    let mut changes = posts.subscribe::<Post>().since(cursor).await.unwrap();
    assert_eq!(next(&mut changes).await.record().unwrap().title, "missed");
    let mut lost = posts.subscribe::<Post>().since("another.1").await.unwrap();
    assert!(matches!(next(&mut lost).await, Event::Reset { .. }));
}

#[tokio::test]
async fn what_may_not_be_followed_is_refused() {
    let (server, client) = server_and_client().await;
    server.collection(json!({ "name": "locked", "type": "base" })).await;
    for name in ["locked", "nothing"] {
        let refused = client.collection(name).subscribe::<Post>().await;
        assert!(matches!(refused, Err(underpin::Error::Realtime(_))), "{name}");
    }
}
