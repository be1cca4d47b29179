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
async fn a_new_token_is_told_and_so_is_its_loss() {
    let server = FakeServer::bind().await;
    let client = server.client();
    let (mut peer, mut subscription, frame) = server.subscribed(&client, "posts").await;
    client.set_session(&session(600));
    let auth = peer.expect("auth").await;
    assert_eq!(auth["token"], client.session().unwrap().token);
    peer.send(json!({"type": "ok", "id": auth["id"]})).await;
    client.sign_out();
    assert_eq!(peer.expect("auth").await["token"], Value::Null);
    peer.event(&frame, 1).await;
    assert_eq!(numbers(&mut subscription, 1).await, [1]);
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
