//! Tokens are sent, renewed in time and once, and forgotten when they are void.

use futures_util::TryStreamExt;
use serde_json::{Value, json};
use underpin::RecordMeta;

use crate::script::{Script, session};

#[tokio::test]
async fn signing_in_keeps_the_session_for_the_next_request() {
    let script = Script::bind().await;
    let client = script.client();
    let users = client.collection("users");
    let signing_in = tokio::spawn(async move { users.auth_with_password("ann", "secret").await });
    let request = script.next().await;
    assert_eq!(request.path, "/api/collections/users/auth-with-password");
    assert_eq!(request.body, r#"{"identity":"ann","password":"secret"}"#);
    request.answer(200, json!({"token": "abc", "record": {"id": "u1", "name": "Ann"}})).await;
    let account = signing_in.await.unwrap().unwrap();
    assert_eq!((account.record.id(), &account.record["name"]), ("u1", &json!("Ann")));
    let asking = tokio::spawn({
        let client = client.clone();
        async move { client.health().await }
    });
    let request = script.next().await;
    assert_eq!(request.token(), Some("abc"));
    request.answer(200, json!({})).await;
    asking.await.unwrap().unwrap();
    client.sign_out();
    assert!(client.session().is_none());
}

#[tokio::test]
async fn a_token_about_to_expire_is_renewed_once_for_all_requests() {
    let script = Script::bind().await;
    let client = script.client();
    client.set_session(&session(100, "old"));
    let both = tokio::spawn({
        let client = client.clone();
        async move { tokio::join!(client.health(), client.health()) }
    });
    let request = script.next().await;
    assert_eq!(request.path, "/api/collections/users/auth-refresh");
    assert!(request.token().unwrap().ends_with(".old"));
    let fresh = session(3600, "new");
    request.answer(200, json!({"token": fresh.token, "record": fresh.record})).await;
    for _ in 0..2 {
        let request = script.next().await;
        assert_eq!(request.path, "/api/health");
        assert!(request.token().unwrap().ends_with(".new"));
        request.answer(200, json!({})).await;
    }
    let (first, second) = both.await.unwrap();
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(client.session(), Some(fresh));
}

#[tokio::test]
async fn a_token_that_lives_shorter_than_the_margin_is_not_renewed_with_each_request() {
    let script = Script::bind().await;
    let client = script.client();
    client.set_session(&session(100, "old"));
    let asking = tokio::spawn({
        let client = client.clone();
        async move {
            for _ in 0..3 {
                client.health().await.unwrap();
            }
        }
    });
    let short = session(100, "short");
    script.next().await.answer(200, json!({"token": short.token, "record": short.record})).await;
    for _ in 0..3 {
        let request = script.next().await;
        assert_eq!(request.path, "/api/health");
        request.answer(200, json!({})).await;
    }
    asking.await.unwrap();
}

#[tokio::test]
async fn a_void_token_is_forgotten_when_its_renewal_is_refused() {
    let script = Script::bind().await;
    let client = script.client();
    client.set_session(&session(3600, "void"));
    let renewing = tokio::spawn({
        let client = client.clone();
        async move { client.refresh().await }
    });
    script.next().await.answer(401, json!({"status": 401, "message": "No.", "data": {}})).await;
    assert!(renewing.await.unwrap().unwrap_err().is_unauthorized());
    assert!(client.session().is_none());
}

#[tokio::test]
async fn a_protected_file_is_fetched_with_a_file_token() {
    let script = Script::bind().await;
    let client = script.client();
    client.set_session(&session(3600, "mine"));
    let record =
        RecordMeta { id: "p1".into(), collection_id: "c1".into(), ..RecordMeta::default() };
    assert_eq!(client.file_url(&record, "a b.png").unwrap().path(), "/api/files/c1/p1/a%20b.png");
    let loading = tokio::spawn(async move {
        let pieces = client.files().download(&record, "a b.png").await?;
        pieces
            .try_fold(Vec::new(), |mut all, piece| async move {
                all.extend_from_slice(&piece);
                Ok(all)
            })
            .await
    });
    script.next().await.answer(404, Value::Null).await;
    let request = script.next().await;
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/api/files/token"));
    request.answer(200, json!({"token": "short"})).await;
    let request = script.next().await;
    assert_eq!(request.asked("token"), Some("short"));
    request.answer_with(200, "", "pixels").await;
    assert_eq!(loading.await.unwrap().unwrap(), b"pixels");
}
