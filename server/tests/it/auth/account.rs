//! What an account may change of itself.

use serde_json::json;
use underpin_testkit::TestServer;

use crate::everything::Everything;

mod denied {
    use super::*;

    #[tokio::test]
    async fn address_and_verification_are_not_the_accounts_to_change() {
        let server = TestServer::start().await;
        let (ann, id) = server.user("ann").await;
        let path = format!("/api/collections/users/records/{id}");
        let before = Everything::of(&server);
        for (name, value) in [("email", json!("x@example.com")), ("verified", json!(true))] {
            let answer = ann.patch(&path, json!({ name: value })).await;
            answer.expect_codes(&[(name, "validation_values_mismatch")]);
        }
        before.assert_same(&Everything::of(&server), "a refused change of an account");
    }

    #[tokio::test]
    async fn secrets_that_are_sent_are_dropped_and_the_session_goes_on() {
        let server = TestServer::start().await;
        let (ann, id) = server.user("ann").await;
        let path = format!("/api/collections/users/records/{id}");
        let body = json!({ "tokenKey": "y".repeat(40), "name": "new" });
        assert_eq!(ann.patch(&path, body).await.expect(200)["name"], "new");
        ann.post("/api/collections/users/auth-refresh", json!({})).await.expect(200);
        let filter = format!("tokenKey = '{}'", "y".repeat(40));
        assert!(server.superuser().ids("users", &[("filter", &filter)]).await.is_empty());
    }
}
