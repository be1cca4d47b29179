//! `POST /api/collections/{collection}/auth-refresh` and the life of tokens.

use serde_json::json;
use underpin_testkit::{Caller, TestServer};

const PATH: &str = "/api/collections/users/auth-refresh";

async fn refresh(caller: &Caller) -> underpin_testkit::Answer {
    caller.post(PATH, json!({})).await
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn a_session_is_prolonged_and_the_old_token_goes_on() {
        let server = TestServer::start().await;
        let (ann, id) = server.user("ann").await;
        server.clock.advance(3_600);
        let answer = refresh(&ann).await.expect(200);
        assert_eq!(answer["record"]["id"], id.as_str());
        assert_eq!(answer["record"]["email"], "ann@example.com");
        let new = ann.with_token(answer["token"].as_str().unwrap());
        assert_ne!(new.token, ann.token);
        refresh(&new).await.expect(200);
        refresh(&ann).await.expect(200);
        refresh(&ann.with_token(&format!("Bearer {}", ann.token))).await.expect(200);
        server.clock.advance(432_000 - 1_800);
        refresh(&ann).await.expect(401);
        refresh(&new).await.expect(200);
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn tokens_end_when_the_collection_says() {
        let server = TestServer::start().await;
        let (ann, id) = server.user("ann").await;
        let own = format!("/api/collections/users/records/{id}");
        server.clock.advance(432_000 - 10);
        ann.get(&own).await.expect(200);
        server.clock.advance(11);
        ann.get(&own).await.expect(404);
        refresh(&ann).await.expect(401);
        ann.post("/api/files/token", json!({})).await.expect(401);
        let root = server.superuser();
        root.get("/api/collections").await.expect(401);
    }

    #[tokio::test]
    async fn guests_and_strangers_have_nothing_to_refresh() {
        let server = TestServer::start().await;
        let (ann, _) = server.user("ann").await;
        server.collection(json!({ "name": "members", "type": "auth" })).await;
        refresh(&server.guest()).await.expect(401);
        refresh(&server.superuser()).await.expect(403);
        ann.post("/api/collections/members/auth-refresh", json!({})).await.expect(403);
        ann.post("/api/collections/_superusers/auth-refresh", json!({})).await.expect(403);
    }

    #[tokio::test]
    async fn a_new_secret_of_the_collection_ends_every_session() {
        let server = TestServer::start().await;
        let (ann, _) = server.user("ann").await;
        let body = json!({ "authToken": { "secret": "s".repeat(40) } });
        let answer = server.superuser().patch("/api/collections/users", body).await;
        assert!(!answer.text().contains("sssss"), "secrets never leave");
        answer.expect(200);
        refresh(&ann).await.expect(401);
        server.guest().signed_in("users", "ann@example.com", "12345678").await;
    }

    #[tokio::test]
    async fn a_deleted_account_is_nobody() {
        let server = TestServer::start().await;
        let (ann, id) = server.user("ann").await;
        ann.delete(&format!("/api/collections/users/records/{id}")).await.expect(204);
        refresh(&ann).await.expect(401);
        let login = json!({ "identity": "ann@example.com", "password": "12345678" });
        let path = "/api/collections/users/auth-with-password";
        server.guest().post(path, login).await.expect(400);
    }
}
