//! Who a connection is, and when it is cut off.

use std::time::Duration;

use serde_json::json;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use underpin_testkit::TestServer;

use super::{server_with_posts, told};

/// Close code of connections whose sign-in has ended.
const SIGNED_OUT: u16 = 4401;

#[tokio::test]
async fn a_token_of_no_use_is_refused_and_changes_nothing() {
    let server = server_with_posts().await;
    let root = server.superuser();
    root.patch("/api/collections/posts", json!({ "listRule": "@request.auth.id != ''" }))
        .await
        .ok();
    let (ann, _) = server.user("ann").await;
    let file_token = ann.post("/api/files/token", json!({})).await.ok();
    let file_token = file_token["token"].as_str().unwrap();
    let cut = ann.token.rsplit_once('.').unwrap().0;
    let none = format!("eyJhbGciOiJub25lIn0.{}.", ann.token.split('.').nth(1).unwrap());
    let mut socket = server.socket().await;
    socket.auth(&ann.token).await;
    socket.subscribe("s", "posts").await;
    for token in ["x", "a.b.c", cut, &none, file_token, &format!("{}x", ann.token)] {
        let answer = socket.auth(token).await;
        assert_eq!(answer["code"], "invalid_token", "{token}: {answer}");
    }
    root.create("posts", json!({ "title": "still told" })).await;
    assert_eq!(told(&socket.frame().await), ("create", "still told"));
}

#[tokio::test]
async fn an_expired_token_is_refused() {
    let server = TestServer::start().await;
    let (ann, _) = server.user("ann").await;
    server.clock.advance(40 * 24 * 3_600);
    let mut socket = server.socket().await;
    assert_eq!(socket.auth(&ann.token).await["code"], "invalid_token");
}

#[tokio::test]
async fn a_connection_that_becomes_somebody_else_loses_its_subscriptions() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let (ann, _) = server.user("ann").await;
    let (bob, _) = server.user("bob").await;
    for token in [&bob.token, ""] {
        let mut socket = server.socket().await;
        socket.auth(&ann.token).await;
        socket.subscribe("ann's", "posts").await;
        // The same user with the same token: nothing is lost.
        socket.auth(&ann.token).await;
        root.create("posts", json!({ "title": "before" })).await;
        assert_eq!(told(&socket.frame().await), ("create", "before"));
        socket.auth(token).await;
        root.create("posts", json!({ "title": "not told" })).await;
        server.handed_out().await;
        socket.subscribe("new", "posts").await;
        root.create("posts", json!({ "title": "after" })).await;
        let frame = socket.frame().await;
        assert_eq!((&frame["sub"], told(&frame)), (&json!("new"), ("create", "after")));
    }
}

#[tokio::test]
async fn a_changed_password_closes_the_connections_of_its_user_alone() {
    let server = server_with_posts().await;
    let (ann, ann_id) = server.user("ann").await;
    let (bob, _) = server.user("bob").await;
    let mut anns = [server.socket().await, server.socket().await];
    for socket in &mut anns {
        socket.auth(&ann.token).await;
        socket.subscribe("s", "posts").await;
    }
    let mut others = server.socket().await;
    others.auth(&bob.token).await;
    others.subscribe("s", "posts").await;
    let body = json!({
        "oldPassword": "12345678", "password": "87654321", "passwordConfirm": "87654321",
    });
    ann.patch(&format!("/api/collections/users/records/{ann_id}"), body).await.ok();
    for socket in &mut anns {
        assert_eq!(socket.close_code().await, SIGNED_OUT);
    }
    server.superuser().create("posts", json!({ "title": "goes on" })).await;
    assert_eq!(told(&others.frame().await), ("create", "goes on"));
}

#[tokio::test]
async fn a_deleted_user_is_cut_off() {
    let server = TestServer::start().await;
    let (ann, id) = server.user("ann").await;
    let mut socket = server.socket().await;
    socket.auth(&ann.token).await;
    server.superuser().delete(&format!("/api/collections/users/records/{id}")).await.expect(204);
    assert_eq!(socket.close_code().await, SIGNED_OUT);
}

#[tokio::test]
async fn the_users_of_a_deleted_collection_are_cut_off() {
    let server = server_with_posts().await;
    let root = server.superuser();
    root.patch("/api/collections/posts", json!({ "listRule": "@request.auth.id != ''" }))
        .await
        .ok();
    server.collection(json!({ "name": "members", "type": "auth" })).await;
    let body = json!({
        "email": "eve@example.com", "password": "12345678", "passwordConfirm": "12345678",
    });
    root.create("members", body).await;
    let eve = server.guest().signed_in("members", "eve@example.com", "12345678").await;
    let mut socket = server.socket().await;
    socket.auth(&eve.token).await;
    socket.subscribe("s", "posts").await;
    root.delete("/api/collections/members").await.expect(204);
    root.create("posts", json!({ "title": "not for her" })).await;
    assert_eq!(socket.close_code().await, SIGNED_OUT);
}

#[tokio::test]
async fn a_changed_token_secret_cuts_off_the_users_of_its_collection_alone() {
    let server = server_with_posts().await;
    let (ann, _) = server.user("ann").await;
    let root = server.superuser();
    let mut socket = server.socket().await;
    socket.auth(&ann.token).await;
    let mut roots = server.socket().await;
    roots.auth(&root.token).await;
    roots.subscribe("s", "posts").await;
    let secret = json!({ "authToken": { "secret": "a new secret of more than thirty letters" } });
    root.patch("/api/collections/users", secret).await.ok();
    assert_eq!(socket.close_code().await, SIGNED_OUT);
    root.create("posts", json!({ "title": "goes on" })).await;
    assert_eq!(told(&roots.frame().await), ("create", "goes on"));
}

#[tokio::test]
async fn a_deleted_superuser_is_cut_off() {
    let server = TestServer::start().await;
    let root = server.superuser();
    let body = json!({
        "email": "second@example.com", "password": "12345678", "passwordConfirm": "12345678",
    });
    let second = root.create("_superusers", body).await;
    let caller = server.guest().signed_in("_superusers", "second@example.com", "12345678").await;
    let mut socket = server.socket().await;
    socket.auth(&caller.token).await;
    let id = second["id"].as_str().unwrap();
    root.delete(&format!("/api/collections/_superusers/records/{id}")).await.expect(204);
    assert_eq!(socket.close_code().await, SIGNED_OUT);
}

#[tokio::test]
async fn a_stopping_server_closes_with_1001() {
    let server = server_with_posts().await;
    let mut sockets = [server.socket().await, server.socket().await];
    sockets[0].subscribe("s", "posts").await;
    let stopping = tokio::spawn(server.stop());
    for socket in &mut sockets {
        assert_eq!(socket.close_code().await, 1001);
    }
    stopping.await.unwrap();
}

#[tokio::test]
async fn a_peer_that_never_answers_the_close_frame_loses_its_place() {
    let server = TestServer::start().await;
    let (ann, id) = server.user("ann").await;
    let address = server.base.replace("http://", "");
    let mut stream = TcpStream::connect(&address).await.unwrap();
    let hello = format!(
        "GET /api/realtime/ws HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(hello.as_bytes()).await.unwrap();
    let auth = json!({ "id": "1", "type": "auth", "token": ann.token }).to_string();
    stream.write_all(&unmasked_by_zero(auth.as_bytes())).await.unwrap();
    let mut heard = Vec::new();
    while !heard.windows(4).any(|part| part == b"\"ok\"") {
        assert!(stream.read_buf(&mut heard).await.unwrap() > 0);
    }
    server.superuser().delete(&format!("/api/collections/users/records/{id}")).await.expect(204);
    let all_gone = async {
        while server.backend.hub.connected() > 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), all_gone).await.expect("it is still there");
    stream.read_to_end(&mut heard).await.unwrap();
}

/// A text frame whose mask leaves the bytes as they are.
fn unmasked_by_zero(text: &[u8]) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap().to_be_bytes();
    [&[0x81, 0xFE][..], &length, &[0; 4], text].concat()
}
