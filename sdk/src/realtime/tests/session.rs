//! The server always knows who listens.

use serde_json::{Value, json};

use super::numbers;
use super::peer::FakeServer;
use crate::error::{Error, RealtimeError};
use crate::session::{Session, token_for_tests};

fn session(expires_in: i64) -> Session {
    // Not refreshable: the scripted server speaks no HTTP.
    Session { token: token_for_tests(expires_in, false), record: json!({"id": "u1"}) }
}

#[tokio::test]
async fn nothing_is_subscribed_before_the_server_knows_who_asks() {
    let server = FakeServer::bind().await;
    let client = server.client();
    client.set_session(&session(600));
    let ask = client.collection("posts").subscribe::<Value>();
    let opening = tokio::spawn(async move { ask.await });
    for _ in 0..2 {
        let mut peer = server.accept().await;
        let auth = peer.expect("auth").await;
        assert_eq!(auth["token"], client.session().unwrap().token);
        peer.send(json!({"type": "ok", "id": auth["id"]})).await;
        let frame = peer.expect("subscribe").await;
        peer.agree(&frame, "c0").await;
        if opening.is_finished() {
            break;
        }
        // Cut at once: the second connection must sign in again.
    }
    opening.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_newer_token_is_told_on_the_same_connection() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let (mut peer, mut subscription, frame) = server.subscribed(&client, "posts").await;
    for expires_in in [600, 1200] {
        client.set_session(&session(expires_in));
        let auth = peer.expect("auth").await;
        assert_eq!(auth["token"], client.session().unwrap().token);
        peer.send(json!({"type": "ok", "id": auth["id"]})).await;
    }
    peer.event(&frame, 1).await;
    assert_eq!(numbers(&mut subscription, 1).await, [1]);
}

#[tokio::test]
async fn another_account_gets_a_connection_of_its_own_and_loses_no_event() {
    let server = FakeServer::bind().await;
    let client = server.client();
    client.set_session(&session(600));
    let ask = client.collection("posts").subscribe::<Value>();
    let opening = tokio::spawn(async move { ask.await });
    let mut peer = server.accept().await;
    let auth = peer.expect("auth").await;
    peer.send(json!({"type": "ok", "id": auth["id"]})).await;
    let frame = peer.expect("subscribe").await;
    peer.agree(&frame, "c0").await;
    let mut subscription = opening.await.unwrap().unwrap();
    peer.event(&frame, 1).await;
    assert_eq!(numbers(&mut subscription, 1).await, [1]);
    client.sign_out();
    let mut peer = server.accept().await;
    // A guest has nothing to say about itself.
    assert_eq!(peer.expect("subscribe").await["since"], "c1");
}

#[tokio::test]
async fn a_token_that_is_refused_for_good_ends_the_subscription() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let (peer, mut subscription, _) = server.subscribed(&client, "posts").await;
    // No claims: it can't be refreshed.
    client.set_session(&Session { token: "void".into(), record: Value::Null });
    drop(peer);
    let mut peer = server.accept().await;
    let auth = peer.expect("auth").await;
    peer.refuse(&auth, "unauthorized").await;
    let last = subscription.next().await.unwrap();
    assert!(matches!(last, Err(Error::Realtime(RealtimeError::Refused { .. }))));
    assert!(subscription.next().await.is_none());
}
