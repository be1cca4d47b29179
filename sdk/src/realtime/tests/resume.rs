//! Whatever happens to the connection, each event is told once and in order.

use std::time::Duration;

use serde_json::{Value, json};

use super::numbers;
use super::peer::{FakeServer, cursor_number, quick};
use crate::error::{Error, RealtimeError};
use crate::realtime::{Event, RealtimeTimings};

#[tokio::test]
async fn a_cut_connection_loses_and_doubles_nothing() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let (mut peer, mut subscription, mut frame) = server.subscribed(&client, "posts").await;
    let mut sent = 0;
    for _ in 0..20 {
        for _ in 0..5 {
            sent += 1;
            peer.event(&frame, sent).await;
        }
        // The reader has the five; the cut then comes between events that it knows.
        let read = numbers(&mut subscription, 5).await;
        assert_eq!(read, (sent - 4..=sent).collect::<Vec<_>>());
        drop(peer);
        peer = server.accept().await;
        frame = peer.expect("subscribe").await;
        assert_eq!(frame["since"], format!("c{sent}"));
        peer.agree(&frame, "c999").await;
    }
}

#[tokio::test]
async fn a_cut_before_the_reader_has_looked_loses_and_doubles_nothing() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let (mut peer, mut subscription, frame) = server.subscribed(&client, "posts").await;
    for number in 1..=50 {
        peer.event(&frame, number).await;
    }
    drop(peer);
    let mut peer = server.accept().await;
    let frame = peer.expect("subscribe").await;
    // How much the client had when the cut came is its own business; the server goes on after
    // that, with an overlap of up to ten events as a replay may have.
    let since = cursor_number(&frame["since"]);
    peer.agree(&frame, "c100").await;
    for number in since.saturating_sub(9).max(1)..=100 {
        peer.event(&frame, number).await;
    }
    assert_eq!(numbers(&mut subscription, 100).await, (1..=100).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_cut_during_the_replay_resumes_where_the_replay_stopped() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let (mut peer, mut subscription, frame) = server.subscribed(&client, "posts").await;
    peer.event(&frame, 1).await;
    numbers(&mut subscription, 1).await;
    drop(peer);
    let mut peer = server.accept().await;
    let frame = peer.expect("subscribe").await;
    peer.agree(&frame, "c9").await;
    peer.event(&frame, 2).await;
    numbers(&mut subscription, 1).await;
    drop(peer);
    let mut peer = server.accept().await;
    assert_eq!(peer.expect("subscribe").await["since"], "c2");
}

#[tokio::test]
async fn a_lagging_subscription_goes_on_after_its_last_event() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let (mut peer, mut subscription, first) = server.subscribed(&client, "posts").await;
    peer.event(&first, 1).await;
    peer.send(json!({"type": "lagged", "sub": first["sub"], "cursor": "c1"})).await;
    assert_eq!(peer.expect("unsubscribe").await["sub"], first["sub"]);
    let second = peer.expect("subscribe").await;
    assert_eq!(second["since"], "c1");
    assert_ne!(second["sub"], first["sub"]);
    // What the server still had under way for the old name must not come in between.
    peer.event(&first, 5).await;
    peer.agree(&second, "c5").await;
    for number in 2..=5 {
        peer.event(&second, number).await;
    }
    assert_eq!(numbers(&mut subscription, 5).await, [1, 2, 3, 4, 5]);
}

#[tokio::test]
async fn a_slow_reader_holds_nothing_up_and_gets_everything() {
    let server = FakeServer::bind().await;
    let client =
        server.builder().realtime(RealtimeTimings { queue: 4, ..quick() }).build().unwrap();
    let (mut peer, mut subscription, mut frame) = server.subscribed(&client, "posts").await;
    for number in 1..=20 {
        peer.event(&frame, number).await;
    }
    let mut read = Vec::new();
    while read.len() < 20 {
        assert_eq!(peer.expect("unsubscribe").await["sub"], frame["sub"]);
        read.extend(numbers(&mut subscription, 4).await);
        frame = peer.expect("subscribe").await;
        let since = cursor_number(&frame["since"]);
        assert_eq!(Some(&since), read.last());
        peer.agree(&frame, "c20").await;
        for number in since + 1..=20 {
            peer.event(&frame, number).await;
        }
        if since + 4 >= 20 {
            read.extend(numbers(&mut subscription, 20 - read.len()).await);
        }
    }
    assert_eq!(read, (1..=20).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_reset_is_told_once_the_subscription_lives_again() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let (mut peer, mut subscription, first) = server.subscribed(&client, "posts").await;
    peer.event(&first, 1).await;
    peer.send(json!({"type": "reset", "sub": first["sub"], "reason": "too_old"})).await;
    peer.expect("unsubscribe").await;
    let second = peer.expect("subscribe").await;
    assert!(second.get("since").is_none());
    peer.agree(&second, "c9").await;
    peer.event(&second, 10).await;
    assert_eq!(numbers(&mut subscription, 1).await, [1]);
    let reset = subscription.next().await.unwrap().unwrap();
    assert_eq!(reset, Event::Reset { reason: "too_old".into() });
    assert_eq!(numbers(&mut subscription, 1).await, [10]);
}

#[tokio::test]
async fn a_snapshot_is_asked_for_until_it_has_come_and_then_never_again() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let ask = client.collection("posts").subscribe::<Value>().snapshot("-created", 50);
    let opening = tokio::spawn(async move { ask.await });
    let mut peer = server.accept().await;
    let frame = peer.expect("subscribe").await;
    assert_eq!(frame["snapshot"], json!({"sort": "-created", "limit": 50}));
    peer.agree(&frame, "c3").await;
    let mut subscription = opening.await.unwrap().unwrap();
    drop(peer);
    let mut peer = server.accept().await;
    let frame = peer.expect("subscribe").await;
    assert!(frame.get("snapshot").is_some() && frame.get("since").is_none());
    peer.agree(&frame, "c4").await;
    peer.send(
        json!({"type": "snapshot", "sub": frame["sub"], "records": [{"id": "r1"}], "cursor": "c4"}),
    )
    .await;
    let event = subscription.next().await.unwrap().unwrap();
    assert!(matches!(event, Event::Snapshot { ref records, .. } if records[0].id() == "r1"));
    drop(peer);
    let mut peer = server.accept().await;
    let frame = peer.expect("subscribe").await;
    assert_eq!(frame["since"], "c4");
    assert!(frame.get("snapshot").is_none());
}

#[tokio::test]
async fn a_silent_server_counts_as_dead() {
    let server = FakeServer::bind().await;
    let timings = RealtimeTimings { silence: Duration::from_millis(100), ..quick() };
    let client = server.builder().realtime(timings).build().unwrap();
    let (_silent, _subscription, _) = server.subscribed(&client, "posts").await;
    let mut peer = server.accept().await;
    assert_eq!(peer.expect("subscribe").await["since"], "c0");
}

#[tokio::test]
async fn a_resumption_that_is_refused_ends_the_stream_after_the_events_before_it() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let (mut peer, mut subscription, frame) = server.subscribed(&client, "posts").await;
    peer.event(&frame, 1).await;
    assert_eq!(numbers(&mut subscription, 1).await, [1]);
    drop(peer);
    let mut peer = server.accept().await;
    let frame = peer.expect("subscribe").await;
    peer.refuse(&frame, "forbidden").await;
    let last = subscription.next().await.unwrap();
    assert!(matches!(last, Err(Error::Realtime(RealtimeError::Refused { .. }))));
    assert!(subscription.next().await.is_none());
}

#[tokio::test]
async fn a_forced_reconnection_resumes() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let (mut peer, mut subscription, frame) = server.subscribed(&client, "posts").await;
    peer.event(&frame, 1).await;
    numbers(&mut subscription, 1).await;
    client.reconnect();
    let mut peer = server.accept().await;
    assert_eq!(peer.expect("subscribe").await["since"], "c1");
}

#[tokio::test]
async fn a_server_that_is_busy_for_the_moment_is_asked_again() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let (peer, mut subscription, _) = server.subscribed(&client, "posts").await;
    drop(peer);
    let mut peer = server.accept().await;
    let frame = peer.expect("subscribe").await;
    peer.refuse(&frame, "busy").await;
    let mut peer = server.accept().await;
    let frame = peer.expect("subscribe").await;
    peer.agree(&frame, "c0").await;
    peer.event(&frame, 1).await;
    assert_eq!(numbers(&mut subscription, 1).await, [1]);
}

#[tokio::test]
async fn a_late_refusal_of_an_earlier_name_changes_nothing() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let (mut peer, mut subscription, first) = server.subscribed(&client, "posts").await;
    peer.send(json!({"type": "lagged", "sub": first["sub"]})).await;
    peer.expect("unsubscribe").await;
    let second = peer.expect("subscribe").await;
    peer.send(json!({"type": "lagged", "sub": second["sub"]})).await;
    peer.expect("unsubscribe").await;
    let third = peer.expect("subscribe").await;
    peer.refuse(&second, "forbidden").await;
    peer.agree(&third, "c0").await;
    peer.event(&third, 1).await;
    assert_eq!(numbers(&mut subscription, 1).await, [1]);
}
