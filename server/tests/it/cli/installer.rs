//! The first start prints a link with which the first superuser is made, once.

use serde_json::{Value, json};
use underpin_testkit::{Binary, Caller};

const RECORDS: &str = "/api/collections/_superusers/records";

/// The token of the printed link.
fn token(said: &str) -> Option<String> {
    let (_, rest) = said.split_once("/_/#/pbinstall/")?;
    Some(rest.split_whitespace().next()?.to_owned())
}

/// Starts until the link has been printed: it comes after the address.
async fn first_start(dir: &std::path::Path) -> (Binary, String) {
    let mut server = Binary::serve(dir).await;
    while token(&server.said).is_none() {
        server.listen().await;
    }
    let token = token(&server.said).unwrap();
    (server, token)
}

fn account(email: &str) -> Value {
    json!({ "email": email, "password": "12345678", "passwordConfirm": "12345678" })
}

#[tokio::test]
async fn the_printed_token_makes_the_first_superuser_and_is_void_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    let (server, token) = first_start(folder.path()).await;
    let guest = Caller::guest(&server.base);
    let installer = guest.with_token(&token);
    guest.post(RECORDS, account("thief@example.com")).await.expect(403);
    installer.post(RECORDS, account("first@example.com")).await.ok();

    for email in ["second@example.com", "first@example.com"] {
        let answer = installer.post(RECORDS, account(email)).await;
        assert!([401, 403].contains(&answer.status), "{}", answer.text());
    }
    installer.get("/api/collections").await.expect(401);
    let refresh = "/api/collections/_superusers/auth-refresh";
    installer.post(refresh, json!({})).await.expect(401);
    let root = guest.signed_in("_superusers", "first@example.com", "12345678").await;
    let all = root.get(RECORDS).await.ok();
    assert_eq!(all["totalItems"], 1, "{all}");
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test]
async fn the_token_is_good_for_the_first_superuser_and_cannot_be_prolonged() {
    let folder = tempfile::tempdir().unwrap();
    let (server, token) = first_start(folder.path()).await;
    let installer = Caller::guest(&server.base).with_token(&token);
    let refresh = "/api/collections/_superusers/auth-refresh";
    let answer = installer.post(refresh, json!({})).await;
    let again = answer.json()["token"].as_str().map(str::to_owned);
    assert!(again.is_none_or(|again| again == token), "{}", answer.text());
    server.terminate().await;
}

#[tokio::test]
async fn a_project_with_a_superuser_prints_no_link() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let args = ["superuser", "create", "root@example.com", "12345678", "--dir", place];
    assert_eq!(Binary::run(&args).await.0, 0);
    let said = Binary::serve(folder.path()).await.last_words().await;
    assert!(said.contains("Console"), "{said}");
    assert_eq!(token(&said), None, "{said}");
}
