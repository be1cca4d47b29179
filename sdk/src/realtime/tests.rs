//! Subscriptions against a scripted server on a real socket.

mod peer;
mod resume;
mod session;

use serde_json::{Value, json};

use super::{Event, Subscription};
use crate::client::Client;
use crate::error::{Error, RealtimeError};
use crate::filter;
use peer::{FakeServer, number_of};

/// Reads events until `count` numbered records have come.
async fn numbers(subscription: &mut Subscription<Value>, count: usize) -> Vec<u64> {
    let mut seen = Vec::new();
    while seen.len() < count {
        let event = subscription.next().await.unwrap().unwrap();
        seen.push(number_of(event.record().unwrap()));
    }
    seen
}

#[tokio::test]
async fn a_subscription_asks_for_what_it_was_given_and_tells_each_action() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let ask = client
        .collection("posts")
        .subscribe::<Value>()
        .filter(filter!("title = {}", "it's"))
        .expand("author")
        .fields("id,n");
    let opening = tokio::spawn(async move { ask.await });
    let mut peer = server.accept().await;
    let frame = peer.expect("subscribe").await;
    assert_eq!(frame["topic"], "posts");
    assert_eq!(frame["filter"], r"title = 'it\'s'");
    assert_eq!((&frame["expand"], &frame["fields"]), (&json!("author"), &json!("id,n")));
    assert!(frame.get("since").is_none() && frame.get("snapshot").is_none());
    peer.agree(&frame, "c0").await;
    let mut subscription = opening.await.unwrap().unwrap();
    assert_eq!(subscription.cursor(), Some("c0"));
    let sub = frame["sub"].clone();
    for (position, action) in ["create", "update", "enter", "delete", "leave"].iter().enumerate() {
        peer.send(json!({"type": "event", "sub": sub, "action": action, "record": {"id": "r"}, "cursor": format!("c{}", position + 1)})).await;
    }
    let mut told = Vec::new();
    for _ in 0..5 {
        told.push(subscription.next().await.unwrap().unwrap());
    }
    assert!(matches!(told[0], Event::Created { .. }) && matches!(told[1], Event::Updated { .. }));
    assert!(matches!(told[2], Event::Entered { .. }));
    assert!(matches!(&told[3], Event::Deleted { id, .. } if id == "r"));
    assert!(matches!(&told[4], Event::Left { id, .. } if id == "r"));
    assert_eq!(subscription.cursor(), Some("c5"));
}

#[tokio::test]
async fn all_subscriptions_of_a_client_share_one_connection() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let (mut peer, mut posts, first) = server.subscribed(&client, "posts").await;
    let tags = tokio::spawn({
        let ask = client.collection("tags").subscribe::<Value>();
        async move { ask.await }
    });
    let second = peer.expect("subscribe").await;
    peer.agree(&second, "c0").await;
    let mut tags = tags.await.unwrap().unwrap();
    peer.event(&second, 7).await;
    peer.event(&first, 8).await;
    assert_eq!(numbers(&mut posts, 1).await, [8]);
    assert_eq!(numbers(&mut tags, 1).await, [7]);
}

#[tokio::test]
async fn dropping_a_subscription_unsubscribes_and_the_last_one_closes_the_connection() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let (mut peer, posts, first) = server.subscribed(&client, "posts").await;
    let ask = client.collection("tags").subscribe::<Value>();
    let tags = tokio::spawn(async move { ask.await });
    let second = peer.expect("subscribe").await;
    peer.agree(&second, "c0").await;
    let tags = tags.await.unwrap().unwrap();
    drop(posts);
    assert_eq!(peer.expect("unsubscribe").await["sub"], first["sub"]);
    drop(tags);
    peer.expect_end().await;
}

#[tokio::test]
async fn a_refused_subscription_is_an_error_at_once() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let opening =
        tokio::spawn(
            async move { client.collection("secrets").subscribe::<Value>().await.map(drop) },
        );
    let mut peer = server.accept().await;
    let frame = peer.expect("subscribe").await;
    peer.refuse(&frame, "forbidden").await;
    match opening.await.unwrap() {
        Err(Error::Realtime(RealtimeError::Refused { code, .. })) => assert_eq!(code, "forbidden"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_at_once() {
    let client = Client::new("http://127.0.0.1:9").unwrap();
    let opened = client.collection("posts").subscribe::<Value>().await;
    assert!(matches!(opened.map(drop), Err(Error::Realtime(RealtimeError::Unreachable(_)))));
}

#[tokio::test]
async fn a_record_of_another_shape_is_an_error_and_the_stream_goes_on() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let ask = client.collection("posts").subscribe::<peer::Numbered>();
    let opening = tokio::spawn(async move { ask.await });
    let mut peer = server.accept().await;
    let frame = peer.expect("subscribe").await;
    peer.agree(&frame, "c0").await;
    let mut subscription = opening.await.unwrap().unwrap();
    peer.send(json!({"type": "event", "sub": frame["sub"], "action": "create", "record": {"id": "r", "n": "x"}, "cursor": "c1"})).await;
    peer.event(&frame, 2).await;
    assert!(matches!(subscription.next().await, Some(Err(Error::Decode { .. }))));
    assert_eq!(subscription.next().await.unwrap().unwrap().record().unwrap().n, 2);
}
