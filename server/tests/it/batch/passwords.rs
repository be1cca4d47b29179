//! Password work in batches: right, and never done in vain.

use serde_json::{Value, json};
use tokio::task::JoinSet;
use underpin_credentials::secret::Secret;

use super::*;

const MEMBERS: &str = "/api/collections/members/records";

fn sign_up(id: &str, password: &str) -> Value {
    json!({ "method": "POST", "url": MEMBERS, "body": {
        "id": id, "email": format!("{id}@example.com"),
        "password": password, "passwordConfirm": password,
    } })
}

fn change(id: &str, old: &str, new: &str) -> Value {
    json!({ "method": "PATCH", "url": format!("{MEMBERS}/{id}"), "body": {
        "oldPassword": old, "password": new, "passwordConfirm": new,
    } })
}

async fn members(server: &TestServer, create_rule: &str) {
    server
        .collection(json!({
            "name": "members", "type": "auth", "createRule": create_rule, "updateRule": "",
            "listRule": "", "viewRule": "",
        }))
        .await;
}

async fn signs_in(server: &TestServer, id: &str, password: &str) -> bool {
    let body = json!({ "identity": format!("{id}@example.com"), "password": password });
    let path = "/api/collections/members/auth-with-password";
    server.guest().post(path, body).await.status == 200
}

#[tokio::test]
async fn passwords_of_one_batch_build_upon_each_other() {
    let server = scene().await;
    members(&server, "").await;
    let guest = server.guest();
    let (one, two) = ("member000000001", "member000000002");
    let requests = vec![
        sign_up(one, "first-one"),
        change(one, "first-one", "second-one"),
        sign_up(two, "first-one"),
        change(one, "second-one", "third-one"),
    ];
    send(&guest, requests).await.expect(200);
    assert!(signs_in(&server, one, "third-one").await && signs_in(&server, two, "first-one").await);
    for old in ["first-one", "second-one"] {
        assert!(!signs_in(&server, one, old).await, "{old}");
    }
    // Each one alone would do, one after the other they don't.
    let requests =
        vec![change(one, "third-one", "fourth-one"), change(one, "third-one", "fifth-one")];
    let (place, response) = failed(&send(&guest, requests).await);
    let code = &response["data"]["oldPassword"]["code"];
    assert_eq!((place.as_str(), code), ("1", &json!("validation_invalid_old_password")));
    assert!(signs_in(&server, one, "third-one").await);
}

#[tokio::test]
async fn equal_passwords_of_one_batch_have_hashes_of_their_own() {
    let server = scene().await;
    members(&server, "").await;
    let requests =
        vec![sign_up("member000000001", "the same"), sign_up("member000000002", "the same")];
    send(&server.guest(), requests).await.expect(200);
    let rows = server.store.rows("SELECT password, \"tokenKey\" FROM members");
    assert!(rows.iter().all(|row| row[0].starts_with("$argon2id$")), "{rows:?}");
    assert!(rows[0][0] != rows[1][0] && rows[0][1] != rows[1][1]);
}

/// Keeps the threads that hash passwords busy, and their queue full, until it is dropped.
async fn keep_hashing(server: &TestServer) -> JoinSet<bool> {
    // A hash that takes its time: bcrypt with a high cost.
    const SLOW: &str = "$2a$13$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01232";
    let mut hashing = JoinSet::new();
    loop {
        let backend = server.backend.clone();
        hashing
            .spawn(async move { backend.passwords.verify(Secret::new("x"), SLOW).await.is_err() });
        tokio::task::yield_now().await;
        if let Some(ended) = hashing.try_join_next() {
            assert!(ended.unwrap(), "the hash was verified too soon");
            return hashing;
        }
    }
}

#[tokio::test]
async fn a_refused_batch_costs_no_hash() {
    let server = scene().await;
    members(&server, "@collection.posts.title ?= 'open'").await;
    let (_, user) = server.user("ann").await;
    let hashing = keep_hashing(&server).await;
    let guest = server.guest();
    let open = || create(json!({ "title": "open" }));
    let id = "member000000001";
    let account = format!("/api/collections/users/records/{user}");
    let brute_force = json!({ "method": "PATCH", "url": account, "body": {
        "oldPassword": "12345678", "password": "87654321", "passwordConfirm": "87654321",
    } });
    for (requests, place) in [
        // The rule lets nobody in yet.
        (vec![sign_up(id, "12345678"); 50], "0"),
        // It does by now, but the last request is wrong.
        (vec![open(), sign_up(id, "12345678"), create(json!({ "title": "" }))], "2"),
        (vec![open(), sign_up(id, "12345678"), sign_up(id, "12345678")], "2"),
        (vec![open(), sign_up(id, "short")], "1"),
        // Somebody else's account.
        (vec![brute_force; 50], "0"),
    ] {
        let (at, _) = failed(&send(&guest, requests).await);
        assert_eq!(at, place);
    }
    // What is not refused finds no room, or waits until its time is over.
    let answer = send(&guest, vec![open(), sign_up(id, "12345678")]).await;
    assert!(matches!(answer.status, 400 | 503), "{}", answer.text());
    assert_eq!(answer.json()["data"], json!({}));
    drop(hashing);
    assert_eq!(guest.ids("posts", &[]).await.len(), 0);
}
