//! `POST` of an auth record by guests.

use serde_json::{Value, json};
use underpin_testkit::TestServer;

use super::sign_up;

const PATH: &str = "/api/collections/users/records";

/// The parts of a sign-up with others laid over.
fn with(email: &str, more: Value) -> Value {
    let mut body = sign_up(email);
    for (name, value) in more.as_object().unwrap() {
        body[name] = value.clone();
    }
    body
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn a_new_account_shows_no_address_and_no_secret() {
        let server = TestServer::start().await;
        let made = server.guest().post(PATH, sign_up("ann@example.com")).await.expect(200);
        let mut names: Vec<&String> = made.as_object().unwrap().keys().collect();
        names.sort();
        let expected = [
            "avatar",
            "collectionId",
            "collectionName",
            "created",
            "emailVisibility",
            "id",
            "name",
            "updated",
            "verified",
        ];
        assert_eq!(names, expected);
        assert_eq!((&made["verified"], &made["emailVisibility"]), (&json!(false), &json!(false)));
        server.guest().signed_in("users", "ann@example.com", "12345678").await;
    }

    #[tokio::test]
    async fn a_token_key_that_the_client_chose_is_not_used() {
        let server = TestServer::start().await;
        let chosen = "x".repeat(40);
        let made = with("ann@example.com", json!({ "tokenKey": chosen, "password_hash": "x" }));
        server.guest().post(PATH, made).await.expect(200);
        let filter = format!("tokenKey = '{chosen}'");
        assert!(server.superuser().ids("users", &[("filter", &filter)]).await.is_empty());
    }

    #[tokio::test]
    async fn passwords_are_kept_as_hashes() {
        let server = TestServer::start().await;
        let password = "a password that is easy to find";
        let body =
            with("a@example.com", json!({ "password": password, "passwordConfirm": password }));
        server.guest().post(PATH, body).await.expect(200);
        let data = server.data().join("data");
        for name in ["data.db", "data.db-wal"] {
            let bytes = std::fs::read(data.join(name)).unwrap_or_default();
            let found = bytes.windows(password.len()).any(|part| part == password.as_bytes());
            assert!(!found, "{name} holds the password");
        }
    }

    #[tokio::test]
    async fn a_hundred_sign_ups_at_once_with_one_address_make_one_account() {
        let server = TestServer::start().await;
        let guest = server.guest();
        let all = (0..100).map(|_| guest.post(PATH, sign_up("ann@example.com")));
        let mut made = 0;
        for answer in futures_util::future::join_all(all).await {
            if answer.status == 200 {
                made += 1;
            } else {
                answer.expect_codes(&[("email", "validation_not_unique")]);
            }
        }
        assert_eq!((made, server.superuser().ids("users", &[]).await.len()), (1, 1));
    }
}

mod invalid {
    use super::*;
    use crate::everything::Everything;

    #[tokio::test]
    async fn incomplete_and_wrong_sign_ups_are_refused() {
        let server = TestServer::start().await;
        server.guest().post(PATH, sign_up("taken@example.com")).await.expect(200);
        let before = Everything::of(&server);
        let cases = [
            (
                json!({}),
                &[("password", "validation_required"), ("passwordConfirm", "validation_required")]
                    [..],
            ),
            (
                with("a@example.com", json!({ "password": "short", "passwordConfirm": "short" })),
                &[("password", "validation_min_text_constraint")],
            ),
            (
                with("a@example.com", json!({ "passwordConfirm": "87654321" })),
                &[("passwordConfirm", "validation_values_mismatch")],
            ),
            (with("", json!({})), &[("email", "validation_required")]),
            (with("x", json!({})), &[("email", "validation_is_email")]),
            (sign_up("taken@example.com"), &[("email", "validation_not_unique")]),
            (
                with("a@example.com", json!({ "id": "../../etc" })),
                &[("id", "validation_min_text_constraint")],
            ),
        ];
        for (body, codes) in cases {
            server.guest().post(PATH, body).await.expect_codes(codes);
        }
        before.assert_same(&Everything::of(&server), "a refused sign-up");
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn nobody_signs_up_verified() {
        let server = TestServer::start().await;
        let body = with("ann@example.com", json!({ "verified": true }));
        let answer = server.guest().post(PATH, body.clone()).await;
        answer.expect_codes(&[("verified", "validation_values_mismatch")]);
        assert!(server.superuser().ids("users", &[]).await.is_empty());
        assert_eq!(server.superuser().create("users", body).await["verified"], true);
    }

    #[tokio::test]
    async fn superusers_are_made_by_superusers_alone() {
        let server = TestServer::start().await;
        let (user, _) = server.user("ann").await;
        let path = "/api/collections/_superusers/records";
        for caller in [server.guest(), user] {
            caller.post(path, sign_up("evil@example.com")).await.expect(403);
        }
        server.superuser().post(path, sign_up("second@example.com")).await.expect(200);
        server.guest().signed_in("_superusers", "second@example.com", "12345678").await;
    }
}
