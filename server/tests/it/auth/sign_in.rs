//! `POST /api/collections/{collection}/auth-with-password`

use serde_json::{Value, json};
use underpin_testkit::{Answer, TestServer};

use super::sign_up;

const PATH: &str = "/api/collections/users/auth-with-password";

async fn sign_in(server: &TestServer, identity: &str, password: &str) -> Answer {
    server.guest().post(PATH, json!({ "identity": identity, "password": password })).await
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn a_sign_in_answers_with_a_token_and_the_own_record() {
        let server = TestServer::start().await;
        let (_, id) = server.user("ann").await;
        let answer = sign_in(&server, "ann@example.com", "12345678").await.expect(200);
        assert_eq!(answer.as_object().unwrap().len(), 2);
        assert_eq!(answer["record"]["id"], id.as_str());
        assert_eq!(answer["record"]["email"], "ann@example.com", "the own address is shown");
        for secret in ["password", "tokenKey"] {
            assert_eq!(answer["record"].get(secret), None, "{secret}");
        }
        let user = server.guest().with_token(answer["token"].as_str().unwrap());
        user.get(&format!("/api/collections/users/records/{id}")).await.expect(200);
    }

    #[tokio::test]
    async fn the_answer_can_be_cut() {
        let server = TestServer::start().await;
        server.user("ann").await;
        let body = json!({ "identity": "ann@example.com", "password": "12345678" });
        let answer = server.guest().post(&format!("{PATH}?fields=record.email"), body).await;
        assert_eq!(answer.expect(200), json!({ "record": { "email": "ann@example.com" } }));
    }

    #[tokio::test]
    async fn other_fields_with_a_unique_index_can_be_identities() {
        let server = TestServer::start().await;
        server
            .collection(json!({
                "name": "members", "type": "auth", "createRule": "",
                "fields": [{ "name": "nick", "type": "text", "required": true }],
                "indexes": ["CREATE UNIQUE INDEX idx_nick ON members (nick)"],
                "passwordAuth": { "enabled": true, "identityFields": ["email", "nick"] },
            }))
            .await;
        let mut body = sign_up("ann@example.com");
        body["nick"] = json!("ann");
        server.guest().create("members", body).await;
        for identity in ["ann", "ann@example.com"] {
            server.guest().signed_in("members", identity, "12345678").await;
        }
        let path = "/api/collections/members/auth-with-password";
        let body =
            |field| json!({ "identity": "ann", "password": "12345678", "identityField": field });
        server.guest().post(path, body("nick")).await.expect(200);
        server.guest().post(path, body("email")).await.expect(400);
    }

    #[tokio::test]
    async fn the_ways_of_signing_in_are_public() {
        let server = TestServer::start().await;
        let methods = server.guest().get("/api/collections/users/auth-methods").await.expect(200);
        assert_eq!(methods["password"], json!({ "enabled": true, "identityFields": ["email"] }));
        assert_eq!(methods["oauth2"], json!({ "enabled": false, "providers": [] }));
        assert_eq!(methods["mfa"], json!({ "enabled": false, "duration": 0 }));
        assert_eq!(methods["otp"], json!({ "enabled": false, "duration": 0 }));
        assert_eq!(
            (&methods["emailPassword"], &methods["authProviders"]),
            (&json!(true), &json!([]))
        );
    }
}

mod invalid {
    use super::*;

    #[tokio::test]
    async fn a_wrong_password_and_an_unknown_account_are_answered_alike() {
        let server = TestServer::start().await;
        server.user("ann").await;
        let wrong = sign_in(&server, "ann@example.com", "87654321").await;
        let unknown = sign_in(&server, "bob@example.com", "87654321").await;
        assert_eq!(wrong.expect(400), unknown.expect(400));
        assert_eq!(wrong.json()["data"], json!({}));
        let names = |answer: &Answer| -> Vec<String> {
            let mut names: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
            names.sort();
            names
        };
        assert_eq!(names(&wrong), names(&unknown));
        sign_in(&server, "ANN@example.com", "12345678").await.expect(400);
    }

    #[tokio::test]
    async fn missing_entries_are_named() {
        let server = TestServer::start().await;
        let both = [("identity", "validation_required"), ("password", "validation_required")];
        server.guest().post(PATH, json!({})).await.expect_codes(&both);
        let body = json!({ "identity": "a", "password": "b", "identityField": "nope" });
        let answer = server.guest().post(PATH, body).await;
        answer.expect_codes(&[("identityField", "validation_in_invalid")]);
        for odd in [json!(5), json!([]), json!({ "$ne": "" }), Value::Null] {
            let body = json!({ "identity": odd, "password": odd });
            server.guest().post(PATH, body).await.expect(400);
        }
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn the_auth_rule_decides_who_may_sign_in_after_the_password_did() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let (_, id) = server.user("ann").await;
        root.patch("/api/collections/users", json!({ "authRule": "verified = true" })).await.ok();
        sign_in(&server, "ann@example.com", "12345678").await.expect(403);
        sign_in(&server, "ann@example.com", "87654321").await.expect(400);
        let path = format!("/api/collections/users/records/{id}");
        root.patch(&path, json!({ "verified": true })).await.expect(200);
        sign_in(&server, "ann@example.com", "12345678").await.expect(200);
        root.patch("/api/collections/users", json!({ "authRule": null })).await.ok();
        sign_in(&server, "ann@example.com", "12345678").await.expect(403);
    }

    #[tokio::test]
    async fn a_changed_auth_rule_ends_every_session_of_the_collection() {
        let server = TestServer::start().await;
        let (ann, _) = server.user("ann").await;
        let refresh = "/api/collections/users/auth-refresh";
        ann.post(refresh, json!({})).await.expect(200);
        let rule = json!({ "authRule": "verified = true" });
        server.superuser().patch("/api/collections/users", rule).await.ok();
        ann.post(refresh, json!({})).await.expect(401);
    }

    #[tokio::test]
    async fn passwords_can_be_switched_off() {
        let server = TestServer::start().await;
        server.user("ann").await;
        let off = json!({ "passwordAuth": { "enabled": false } });
        server.superuser().patch("/api/collections/users", off).await.ok();
        sign_in(&server, "ann@example.com", "12345678").await.expect(403);
        let methods = server.guest().get("/api/collections/users/auth-methods").await.expect(200);
        assert_eq!(methods["password"], json!({ "enabled": false, "identityFields": [] }));
    }
}

mod missing {
    use super::*;

    #[tokio::test]
    async fn only_auth_collections_can_be_signed_in_to() {
        let server = TestServer::start().await;
        server.open_collection("posts", json!([])).await;
        let body = json!({ "identity": "a", "password": "b" });
        for name in ["posts", "nowhere"] {
            let path = format!("/api/collections/{name}");
            let guest = server.guest();
            guest.post(&format!("{path}/auth-with-password"), body.clone()).await.expect(404);
            guest.get(&format!("{path}/auth-methods")).await.expect(404);
        }
    }
}
