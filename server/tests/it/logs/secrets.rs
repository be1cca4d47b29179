//! What is never kept (security D11).

use reqwest::Method;
use serde_json::json;
use underpin_testkit::TestServer;

use super::entries;

const PASSWORD: &str = "very-secret-password-1";

#[tokio::test]
async fn no_password_token_or_cookie_reaches_the_log() {
    let server = TestServer::start().await;
    let (ann, _) = server.user("ann").await;
    let guest = server.guest();
    let file_token = ann.post("/api/files/token", json!({})).await.ok()["token"].take();
    let file_token = file_token.as_str().unwrap().to_owned();
    let (head, rest) = ann.token.split_once('.').unwrap();
    let secrets = [
        ann.token.as_str(),
        rest,
        &file_token,
        PASSWORD,
        "secret-cookie-value",
        "secret-query-value",
    ];
    guest.get(&format!("/api/files/users/x/y?token={file_token}")).await;
    guest.get(&format!("/api/files/users/x/y?a=1&Token={file_token}&b=2")).await;
    guest.get(&format!("/api/{file_token}/x?y={file_token}")).await;
    guest.get(&format!("/api/nowhere?%74oken=secret-query-value&password={PASSWORD}")).await;
    guest.get("/api/nowhere?code=secret-query-value&state=secret-query-value").await;
    let filter = [("filter", "inviteToken = 'secret-query-value'")];
    guest.ask("/api/collections/users/records", &filter).await;
    let headers = [
        ("Cookie", "pb_auth=secret-cookie-value"),
        ("Referer", &format!("http://a.example/?token=secret-query-value&x={file_token}")),
        ("User-Agent", &format!("agent {file_token}")),
        ("Authorization", &format!("Bearer {}", ann.token)),
    ];
    guest.get_with("/api/nowhere", &headers).await;
    for (identity, password) in [("ann@example.com", PASSWORD), (PASSWORD, PASSWORD)] {
        let body = json!({ "identity": identity, "password": password });
        guest.post("/api/collections/users/auth-with-password", body).await.expect(400);
    }
    let body = json!({ "email": "x", "password": PASSWORD, "passwordConfirm": "other", "token": file_token });
    guest.post("/api/collections/users/records", body).await.expect(400);
    guest
        .send_raw(Method::POST, "/api/collections/users/records", format!("{{\"a\":{PASSWORD}"))
        .await;
    let wrong = json!({ "batch": { "maxRequests": -1 }, "smtp": { "password": PASSWORD } });
    server.superuser().patch("/api/settings", wrong).await.expect(400);
    let kept = entries(&server.superuser(), "").await;
    assert!(kept.len() > 12, "{}", kept.len());
    for entry in kept {
        for secret in secrets {
            assert!(!entry.to_string().contains(secret), "{secret} in {entry}");
        }
    }
    assert!(head.len() > 10, "the token is one");
}

#[tokio::test]
async fn what_is_hidden_is_seen_to_be_and_the_rest_stays() {
    let server = TestServer::start().await;
    server.guest().get("/api/nowhere?mark=x&token=abc&page=2&filter=a%3D%27b%27").await;
    let kept = super::entry(&server.superuser(), "data.url ~ 'mark=x'").await;
    let url = "/api/nowhere?mark=x&token=(hidden)&page=2&filter=a%3D%27b%27";
    assert_eq!(kept["data"]["url"], url);
    assert_eq!(kept["message"], "GET /api/nowhere?mark=x&token=(hidden)&page=2&filter=a='b'");
}
