//! Changing passwords: the old one is needed, and every session ends.

use serde_json::json;
use underpin_testkit::{Caller, TestServer};

async fn is_signed_in(caller: &Caller) -> bool {
    caller.post("/api/collections/users/auth-refresh", json!({})).await.status == 200
}

fn own(id: &str) -> String {
    format!("/api/collections/users/records/{id}")
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn a_new_password_ends_every_session_and_file_token() {
        let server = TestServer::start().await;
        let (ann, id) = server.user("ann").await;
        let other = server.guest().signed_in("users", "ann@example.com", "12345678").await;
        let body = json!({
            "oldPassword": "12345678", "password": "abcdefgh1", "passwordConfirm": "abcdefgh1",
        });
        let answer = ann.patch(&own(&id), body).await;
        assert_eq!(answer.expect(200)["id"], id.as_str());
        assert!(!answer.text().contains("abcdefgh1"));
        for old in [&ann, &other] {
            assert!(!is_signed_in(old).await);
        }
        let new = server.guest().signed_in("users", "ann@example.com", "abcdefgh1").await;
        assert!(is_signed_in(&new).await);
        let old = json!({ "identity": "ann@example.com", "password": "12345678" });
        let path = "/api/collections/users/auth-with-password";
        server.guest().post(path, old).await.expect(400);
    }

    #[tokio::test]
    async fn superusers_set_passwords_without_the_old_one_and_that_ends_sessions_too() {
        let server = TestServer::start().await;
        let (ann, id) = server.user("ann").await;
        let body = json!({ "password": "abcdefgh1", "passwordConfirm": "abcdefgh1" });
        server.superuser().patch(&own(&id), body).await.expect(200);
        assert!(!is_signed_in(&ann).await);
        server.guest().signed_in("users", "ann@example.com", "abcdefgh1").await;
    }

    #[tokio::test]
    async fn a_new_address_or_token_key_ends_every_session() {
        let server = TestServer::start().await;
        let (ann, id) = server.user("ann").await;
        let root = server.superuser();
        root.patch(&own(&id), json!({ "email": "ann2@example.com" })).await.expect(200);
        assert!(!is_signed_in(&ann).await, "after a new address");
        let ann = server.guest().signed_in("users", "ann2@example.com", "12345678").await;
        root.patch(&own(&id), json!({ "verified": true, "name": "x" })).await.expect(200);
        assert!(is_signed_in(&ann).await, "other changes end nothing");
        root.patch(&own(&id), json!({ "tokenKey": "q".repeat(40) })).await.expect(200);
        assert!(!is_signed_in(&ann).await, "after a new token key");
    }
}

mod invalid {
    use super::*;
    use crate::everything::Everything;

    #[tokio::test]
    async fn a_change_without_all_it_needs_is_refused_and_ends_nothing() {
        let server = TestServer::start().await;
        let (ann, id) = server.user("ann").await;
        let before = Everything::of(&server);
        let new = "abcdefgh1";
        let cases = [
            (
                json!({ "password": new, "passwordConfirm": new }),
                &[("oldPassword", "validation_required")][..],
            ),
            (
                json!({ "password": new, "passwordConfirm": new, "oldPassword": "nope" }),
                &[("oldPassword", "validation_invalid_old_password")],
            ),
            (
                json!({ "password": new, "oldPassword": "12345678" }),
                &[("passwordConfirm", "validation_required")],
            ),
            (
                json!({ "password": new, "passwordConfirm": "x", "oldPassword": "12345678" }),
                &[("passwordConfirm", "validation_values_mismatch")],
            ),
            (
                json!({ "password": "a", "passwordConfirm": "a", "oldPassword": "12345678" }),
                &[("password", "validation_min_text_constraint")],
            ),
            (
                json!({ "oldPassword": "12345678" }),
                &[("password", "validation_required"), ("passwordConfirm", "validation_required")],
            ),
            (
                json!({ "password": "", "passwordConfirm": "" }),
                &[("password", "validation_required")],
            ),
        ];
        for (body, codes) in cases {
            ann.patch(&own(&id), body).await.expect_codes(codes);
        }
        before.assert_same(&Everything::of(&server), "a refused change of password");
        assert!(is_signed_in(&ann).await);
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn nobody_changes_the_password_of_another() {
        let server = TestServer::start().await;
        let (_, ann) = server.user("ann").await;
        let (bob, _) = server.user("bob").await;
        let body = json!({
            "oldPassword": "12345678", "password": "abcdefgh1", "passwordConfirm": "abcdefgh1",
        });
        for caller in [bob, server.guest()] {
            caller.patch(&own(&ann), body.clone()).await.expect(404);
            caller.delete(&own(&ann)).await.expect(404);
        }
        server.guest().signed_in("users", "ann@example.com", "12345678").await;
    }

    #[tokio::test]
    async fn of_two_changes_with_the_same_old_password_one_passes() {
        let server = TestServer::start().await;
        for round in 0..8 {
            let (ann, id) = server.user(&format!("ann{round}")).await;
            let path = own(&id);
            let to = |new: &str| json!({ "oldPassword": "12345678", "password": new, "passwordConfirm": new });
            let (first, second) =
                tokio::join!(ann.patch(&path, to("abcdefgh1")), ann.patch(&path, to("abcdefgh2")));
            let passed = [first.status, second.status].iter().filter(|s| **s == 200).count();
            assert_eq!(passed, 1, "{} {}", first.text(), second.text());
        }
    }

    /// A sign-in that replaces an old hash must not bring back a password that was changed
    /// meanwhile.
    #[tokio::test]
    async fn a_replaced_password_is_not_brought_back_by_a_sign_in_under_way() {
        let server = TestServer::start().await;
        let login = |identity: &str, password: &str| {
            let body = json!({ "identity": identity, "password": password });
            let guest = server.guest();
            async move { guest.post("/api/collections/users/auth-with-password", body).await.status }
        };
        for round in 0..12 {
            let (_, id) = server.user(&format!("ann{round}")).await;
            let hash = bcrypt::hash("12345678", 5).unwrap();
            server.store.rows(&format!("UPDATE users SET password = '{hash}' WHERE id = '{id}'"));
            let email = format!("ann{round}@example.com");
            let new = json!({ "password": "abcdefgh1", "passwordConfirm": "abcdefgh1" });
            let (root, path) = (server.superuser(), own(&id));
            let change = async { root.patch(&path, new).await.status };
            let old = || login(&email, "12345678");
            let (_, _, changed, _, _) = tokio::join!(old(), old(), change, old(), old());
            assert_eq!(changed, 200);
            assert_eq!(old().await, 400, "round {round}");
            assert_eq!(login(&email, "abcdefgh1").await, 200, "round {round}");
        }
    }
}
