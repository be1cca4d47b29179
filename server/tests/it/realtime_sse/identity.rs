//! Whose a stream is.

use serde_json::json;
use underpin_testkit::Caller;

use super::{Stream, of, server_with_posts, told};

#[tokio::test]
async fn a_guests_stream_becomes_somebodys_and_nobody_elses() {
    let server = server_with_posts().await;
    let (ann, _) = server.user("ann").await;
    let (bob, _) = server.user("bob").await;
    let guest = server.guest();
    let stream = Stream::open(&guest).await;
    stream.follow(&guest, &["posts"]).await.expect(204);
    stream.follow(&ann, &["posts"]).await.expect(204);
    stream.follow(&ann, &["posts"]).await.expect(204);
    let others: [&Caller; 3] = [&bob, &guest, &server.superuser()];
    for other in others {
        stream.follow(other, &["posts"]).await.expect(403);
    }
}

#[tokio::test]
async fn a_refused_stranger_changes_nothing_of_the_stream() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let (ann, _) = server.user("ann").await;
    let (bob, _) = server.user("bob").await;
    let mut stream = Stream::open(&server.guest()).await;
    stream.follow(&ann, &["posts"]).await.expect(204);
    stream.follow(&bob, &[]).await.expect(403);
    root.create("posts", json!({ "title": "still told" })).await;
    assert_eq!(told(&stream.message().await), of("create", "still told"));
}

#[tokio::test]
async fn an_unknown_client_is_not_found() {
    let server = server_with_posts().await;
    let guest = server.guest();
    let body = json!({ "clientId": "x".repeat(40), "subscriptions": ["posts"] });
    guest.post("/api/realtime", body).await.expect(404);
}

#[tokio::test]
async fn the_rule_goes_by_whom_the_stream_belongs_to() {
    let server = server_with_posts().await;
    let root = server.superuser();
    let (ann, id) = server.user("ann").await;
    let rule = "title = @request.auth.name && @request.context = 'realtime'";
    root.patch("/api/collections/posts", json!({ "listRule": rule })).await.ok();
    let mut stream = Stream::open(&server.guest()).await;
    stream.follow(&ann, &["posts"]).await.expect(204);
    for title in ["bob", "ann"] {
        root.create("posts", json!({ "title": title })).await;
    }
    assert_eq!(told(&stream.message().await), of("create", "ann"));
    let own = format!("/api/collections/users/records/{id}");
    root.patch(&own, json!({ "name": "bob" })).await.ok();
    for title in ["ann", "bob"] {
        root.create("posts", json!({ "title": title })).await;
    }
    assert_eq!(told(&stream.message().await), of("create", "bob"));
}

#[tokio::test]
async fn a_changed_password_ends_the_stream() {
    let server = server_with_posts().await;
    let (ann, id) = server.user("ann").await;
    let mut stream = Stream::open(&server.guest()).await;
    stream.follow(&ann, &["posts"]).await.expect(204);
    let body = json!({ "password": "87654321", "passwordConfirm": "87654321" });
    server.superuser().patch(&format!("/api/collections/users/records/{id}"), body).await.ok();
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_token_of_no_use_makes_nobody_of_a_guest() {
    let server = server_with_posts().await;
    let root = server.superuser();
    root.patch("/api/collections/posts", json!({ "listRule": "@request.auth.id != ''" }))
        .await
        .ok();
    let (ann, _) = server.user("ann").await;
    let forged = server.guest().with_token(&format!("{}x", ann.token));
    let mut stream = Stream::open(&forged).await;
    stream.follow(&forged, &["posts"]).await;
    root.create("posts", json!({ "title": "not told" })).await;
    server.handed_out().await;
    stream.follow(&ann, &["posts"]).await.expect(204);
    root.create("posts", json!({ "title": "told" })).await;
    assert_eq!(told(&stream.message().await), of("create", "told"));
}
