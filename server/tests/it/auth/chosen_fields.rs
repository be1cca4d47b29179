//! What an account may not choose for itself, at sign-up or later: secrets, states, dates, ids of
//! others, fields of the server; and sign-ups that leave parts out.

use reqwest::{Method, multipart::Form};
use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

use super::sign_up;
use crate::everything::Everything;

const PATH: &str = "/api/collections/members/records";

/// Members who sign up by themselves and change their own record, with a hidden role.
async fn scene() -> TestServer {
    let server = TestServer::start().await;
    server
        .collection(json!({
            "name": "members", "type": "auth", "listRule": "", "viewRule": "", "createRule": "",
            "updateRule": "id = @request.auth.id",
            "fields": [
                { "name": "name", "type": "text" },
                { "name": "role", "type": "text", "hidden": true },
                { "name": "created", "type": "autodate", "onCreate": true },
                { "name": "updated", "type": "autodate", "onCreate": true, "onUpdate": true },
            ],
        }))
        .await;
    server
}

async fn member(server: &TestServer, name: &str) -> (Caller, String) {
    let email = format!("{name}@example.com");
    let made = server.superuser().create("members", sign_up(&email)).await;
    let caller = server.guest().signed_in("members", &email, "12345678").await;
    (caller, made["id"].as_str().unwrap().to_owned())
}

/// A record of members as it is stored.
fn stored(server: &TestServer, id: &str) -> std::collections::BTreeMap<String, String> {
    let row = server.store.contents_of("members", id);
    row.into_iter().collect()
}

/// Bodies that name what only the server or a superuser writes, in every form of a key.
fn greedy() -> Vec<Value> {
    let mut bodies = vec![
        json!({ "tokenKey": "t".repeat(50) }),
        json!({ "tokenKey": "" }),
        json!({ "tokenKey": null }),
        json!({ "tokenKey": ["t"] }),
        json!({ "role": "admin" }),
        json!({ "created": "2001-01-01 00:00:00.000Z", "updated": "2001-01-01 00:00:00.000Z" }),
        json!({ "collectionId": "x", "collectionName": "_superusers" }),
        json!({ "passwordHash": "x", "password_hash": "x", "lastLoginAlertSentAt": "x" }),
        json!({ "expand": { "role": "admin" }, "@jsonPayload": "{\"role\":\"admin\"}" }),
    ];
    for name in ["tokenKey", "role", "created", "updated"] {
        for key in [format!("{name}+"), format!("+{name}"), format!("{name}-")] {
            bodies.push(json!({ key: "2001-01-01 00:00:00.000Z" }));
        }
    }
    bodies
}

mod invalid {
    use super::*;

    #[tokio::test]
    async fn a_sign_up_that_leaves_parts_out_makes_nobody() {
        let server = scene().await;
        let whole = sign_up("ann@example.com");
        let before = Everything::of(&server);
        let odd = [json!(null), json!(""), json!([]), json!({}), json!(false), json!([""])];
        for name in ["email", "password", "passwordConfirm"] {
            let mut missing = whole.clone();
            missing.as_object_mut().unwrap().remove(name);
            let mut bodies = vec![missing];
            for value in &odd {
                let mut body = whole.clone();
                body[name] = value.clone();
                bodies.push(body);
            }
            for body in bodies {
                let answer = server.guest().post(PATH, body.clone()).await;
                assert_eq!(answer.status, 400, "{body}: {}", answer.text());
                before.assert_same(&Everything::of(&server), &body.to_string());
            }
        }
        for password in [json!([]), json!(""), json!({}), json!(null)] {
            let body = json!({
                "email": "ann@example.com", "password": password, "passwordConfirm": password,
            });
            server.guest().post(PATH, body).await.expect(400);
        }
        before.assert_same(&Everything::of(&server), "half a sign-up");
    }

    #[tokio::test]
    async fn a_sign_in_with_nothing_signs_nobody_in() {
        let server = scene().await;
        let root = server.superuser();
        member(&server, "ann").await;
        let path = "/api/collections/members/auth-with-password";
        // Even where an account has no address.
        let fields = json!({ "fields": [] });
        let _ = root.patch("/api/collections/members", fields).await;
        for identity in [json!(""), json!(null), json!([]), json!({}), json!(true), json!("%")] {
            for password in [json!(""), json!(null), json!("12345678"), json!({ "$ne": "" })] {
                let body = json!({ "identity": identity, "password": password });
                let answer = server.guest().post(path, body.clone()).await;
                assert_eq!(answer.status, 400, "{body}: {}", answer.text());
                assert!(!answer.text().contains("token"), "{}", answer.text());
            }
        }
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn what_a_sign_up_chooses_beyond_its_own_is_left_out() {
        let server = scene().await;
        for (at, greedy) in greedy().into_iter().enumerate() {
            let mut body = sign_up(&format!("m{at}@example.com"));
            for (name, value) in greedy.as_object().unwrap() {
                body[name] = value.clone();
            }
            let made = server.guest().post(PATH, body).await.expect(200);
            let row = stored(&server, made["id"].as_str().unwrap());
            assert_eq!(row["role"], "", "{greedy}");
            assert!(row["tokenKey"].len() >= 30 && !row["tokenKey"].contains("ttttt"), "{row:?}");
            assert!(!row["created"].starts_with("2001") && row["created"].len() > 10, "{greedy}");
            assert!(!row["updated"].starts_with("2001") && row["updated"].len() > 10, "{greedy}");
            assert!(row["password"].starts_with('$'), "{greedy}");
            assert_eq!(made["collectionName"], "members", "{greedy}");
        }
    }

    #[tokio::test]
    async fn what_a_member_changes_beyond_its_own_stays() {
        let server = scene().await;
        let (ann, id) = member(&server, "ann").await;
        let path = format!("{PATH}/{id}");
        let before = stored(&server, &id);
        for greedy in greedy() {
            ann.patch(&path, greedy.clone()).await.expect(200);
            let mut form = Form::new();
            for (name, value) in greedy.as_object().unwrap() {
                let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                if name != "@jsonPayload" {
                    form = form.text(name.clone(), text);
                }
            }
            ann.form(Method::PATCH, &path, form).await.expect(200);
            let mut now = stored(&server, &id);
            assert!(!now["updated"].starts_with("2001"), "{greedy}");
            now.insert("updated".to_owned(), before["updated"].clone());
            assert_eq!(now, before, "{greedy}");
        }
        server.guest().signed_in("members", "ann@example.com", "12345678").await;
    }

    #[tokio::test]
    async fn protected_states_and_ids_are_refused() {
        let server = scene().await;
        let (ann, id) = member(&server, "ann").await;
        let (_, bob) = member(&server, "bob").await;
        let path = format!("{PATH}/{id}");
        let before = Everything::of(&server);
        for body in [
            json!({ "verified": true }),
            json!({ "verified": "true" }),
            json!({ "verified": 1 }),
            json!({ "email": "new@example.com" }),
            json!({ "email": "" }),
            json!({ "email": "ANN@example.com" }),
            json!({ "id": bob }),
            json!({ "id": "" }),
            json!({ "id": "zzzzzzzzzzzzzzz" }),
            json!({ "password": "87654321", "passwordConfirm": "87654321" }),
            json!({ "password": "87654321", "passwordConfirm": "87654321", "oldPassword": "x" }),
        ] {
            let answer = ann.patch(&path, body.clone()).await;
            assert_eq!(answer.status, 400, "{body}: {}", answer.text());
            before.assert_same(&Everything::of(&server), &body.to_string());
        }
        for (name, value) in [
            ("verified", json!(true)),
            ("verified", json!("1")),
            ("id", json!(bob)),
            ("id", json!("../../../../etc")),
            ("id", json!("ABCDEFGHIJKLMNO")),
            ("id", json!(" zzzzzzzzzzzzzz")),
            ("email", json!("bob@example.com")),
        ] {
            let mut body = sign_up("cid@example.com");
            body[name] = value;
            let answer = server.guest().post(PATH, body.clone()).await;
            assert_eq!(answer.status, 400, "{body}: {}", answer.text());
            before.assert_same(&Everything::of(&server), &body.to_string());
        }
    }

    #[tokio::test]
    async fn an_id_of_an_account_elsewhere_is_not_to_be_had() {
        let server = scene().await;
        let (_, user) = server.user("ann").await;
        let root = server.superuser().ids("_superusers", &[]).await.pop().unwrap();
        for id in [user, root] {
            let mut body = sign_up("cid@example.com");
            body["id"] = json!(id);
            let answer = server.guest().post(PATH, body).await;
            answer.expect_codes(&[("id", "validation_invalid_auth_id")]);
        }
    }

    #[tokio::test]
    async fn a_chosen_visibility_shows_no_other_address() {
        let server = scene().await;
        let mut body = sign_up("ann@example.com");
        body["emailVisibility"] = json!(true);
        let made = server.guest().post(PATH, body).await.expect(200);
        assert_eq!(made["email"], "ann@example.com", "its own to show");
        let (ann, bob) = (member(&server, "dan").await.0, member(&server, "bob").await.1);
        ann.patch(&format!("{PATH}/{bob}"), json!({ "emailVisibility": true })).await.expect(404);
        assert_eq!(ann.get(&format!("{PATH}/{bob}")).await.expect(200).get("email"), None);
    }
}
