//! Where superusers may come from, and what is believed about where a request comes from.

use serde_json::{Value, json};
use underpin_testkit::{Answer, Caller, TestServer};

use super::PATH;

/// A server whose superusers may come from one address that is not ours.
async fn closed(trusted: Value) -> TestServer {
    let server = TestServer::start().await;
    let sent = json!({ "superuserIPs": ["10.1.0.0/16"], "trustedProxy": trusted });
    server.superuser().patch(PATH, sent).await.expect(200);
    server
}

async fn from(caller: &Caller, address: &str) -> Answer {
    caller.get_with(PATH, &[("X-Forwarded-For", address), ("X-Real-IP", address)]).await
}

#[tokio::test]
async fn superusers_from_elsewhere_are_turned_away_at_every_door() {
    let server = closed(json!({})).await;
    let root = server.superuser();
    root.get(PATH).await.expect(403);
    root.get("/api/collections/users/records").await.expect(403);
    root.post("/api/files/token", json!({})).await.expect(403);
    let sign_in = async |password: &str| {
        let path = "/api/collections/_superusers/auth-with-password";
        let body = json!({ "identity": "root@example.com", "password": password });
        server.guest().post(path, body).await
    };
    let refused = sign_in("correct horse").await.expect(403);
    assert!(refused.get("token").is_none());
    sign_in("wrong").await.expect(403);
    let mut socket = server.socket().await;
    let answer = socket.auth(&root.token).await;
    assert_eq!(answer["type"], "error", "{answer}");
    let told = socket.subscribe("s", "_superusers").await;
    assert_eq!(told["type"], "error", "{told}");
}

#[tokio::test]
async fn others_come_from_anywhere() {
    let server = TestServer::start().await;
    let (ann, id) = server.user("ann").await;
    let sent = json!({ "superuserIPs": ["10.1.0.0/16"] });
    server.superuser().patch(PATH, sent).await.expect(200);
    ann.get(&format!("/api/collections/users/records/{id}")).await.expect(200);
    server.guest().signed_in("users", "ann@example.com", "12345678").await;
    server.guest().get("/api/health").await.expect(200);
}

#[tokio::test]
async fn headers_that_no_proxy_was_named_for_are_not_believed() {
    let server = closed(json!({})).await;
    from(&server.superuser(), "10.1.2.3").await.expect(403);
    let server = closed(json!({ "headers": ["X-Other"] })).await;
    from(&server.superuser(), "10.1.2.3").await.expect(403);
}

#[tokio::test]
async fn of_the_addresses_in_a_trusted_header_the_end_counts_that_the_settings_name() {
    let server = closed(json!({ "headers": ["X-Forwarded-For"] })).await;
    for (sent, status) in [
        ("10.1.2.3", 200),
        ("6.6.6.6, 10.1.2.3", 200),
        ("10.1.2.3, 6.6.6.6", 403),
        ("6.6.6.6", 403),
        ("10.1.2.3, x", 200),
        ("", 403),
    ] {
        assert_eq!(from(&server.superuser(), sent).await.status, status, "{sent}");
    }
    let server = closed(json!({ "headers": ["X-Forwarded-For"], "useLeftmostIP": true })).await;
    // That end is the client's own word: lists of allowed addresses go by the other one.
    from(&server.superuser(), "10.1.2.3, 6.6.6.6").await.expect(403);
    from(&server.superuser(), "6.6.6.6, 10.1.2.3").await.expect(200);
}
