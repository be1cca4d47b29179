//! Signing in through the SDK.

use std::time::Duration;

use underpin::Client;
use underpin_testkit::TestServer;

use super::{Post, server_and_client};

#[tokio::test]
async fn signing_in_keeps_the_session_and_signing_out_drops_it() {
    let (_server, client) = server_and_client().await;
    let session = client.session().unwrap();
    assert_eq!(session.record["email"], "ann@example.com");
    assert!(session.is_valid() && session.claims().unwrap().refreshable);
    client.collection("posts").create(&Post::new("mine", 1)).await.unwrap();
    client.sign_out();
    assert!(client.session().is_none());
    assert!(client.collection("posts").create(&Post::new("nobody's", 1)).await.is_err());
}

#[tokio::test]
async fn a_wrong_password_is_refused_and_signs_nobody_in() {
    let server = TestServer::start().await;
    server.user("ann").await;
    let client = Client::new(&server.base).unwrap();
    for (name, password) in [("ann@example.com", "wrong"), ("nobody@example.com", "12345678")] {
        let refused = client.collection("users").auth_with_password(name, password).await;
        assert_eq!(refused.unwrap_err().status(), Some(400));
        assert!(client.session().is_none());
    }
}

#[tokio::test]
async fn a_refreshed_token_works_and_is_kept() {
    let (_server, client) = server_and_client().await;
    let account = client.refresh().await.unwrap();
    assert_eq!(client.session().unwrap().token, account.token);
    client.collection("posts").create(&Post::new("with the new token", 1)).await.unwrap();
}

#[tokio::test]
async fn a_token_about_to_end_is_refreshed_without_being_asked() {
    let server = TestServer::start().await;
    server.user("ann").await;
    // A margin longer than any token lives: each request finds its token about to end.
    let client = Client::builder(&server.base)
        .refresh_before(Duration::from_secs(10 * 365 * 24 * 3_600))
        .build()
        .unwrap();
    client.collection("users").auth_with_password("ann@example.com", "12345678").await.unwrap();
    let first = client.session().unwrap().claims().unwrap().exp;
    // Tokens tell seconds: the server's clock moves on, so that the next one differs.
    server.clock.advance(60);
    client.collection("users").list::<serde_json::Value>().await.unwrap();
    assert!(client.session().unwrap().claims().unwrap().exp >= first + 60);
}

#[tokio::test]
async fn a_session_that_the_server_ended_is_dropped_at_refresh() {
    let (server, client) = server_and_client().await;
    let id = client.session().unwrap().record["id"].as_str().unwrap().to_owned();
    server.superuser().delete(&format!("/api/collections/users/records/{id}")).await.expect(204);
    assert!(client.refresh().await.is_err());
    assert!(client.session().is_none());
}
