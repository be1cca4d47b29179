//! Collections that the server itself needs.

use serde_json::json;
use underpin_testkit::TestServer;

use crate::everything::Everything;

const SYSTEM: [&str; 5] = ["_superusers", "_mfas", "_otps", "_externalAuths", "_authOrigins"];

mod invalid {
    use super::*;

    #[tokio::test]
    async fn system_collections_keep_name_rules_fields_and_life() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let before = Everything::of(&server);
        for name in SYSTEM {
            let path = format!("/api/collections/{name}");
            root.delete(&path).await.expect(400);
            let answer = root.patch(&path, json!({ "name": "mine" })).await;
            answer.expect_codes(&[("name", "validation_collection_system_name_change")]);
            let answer = root.patch(&path, json!({ "createRule": "" })).await;
            answer.expect_codes(&[("createRule", "validation_collection_system_rule_change")]);
            let answer = root.patch(&path, json!({ "system": false })).await;
            answer.expect_codes(&[("system", "validation_collection_system_flag_change")]);
            let answer = root.patch(&path, json!({ "fields": [] })).await;
            let body = answer.expect(400);
            assert_eq!(body["data"]["fields"]["code"], "validation_system_field_change", "{body}");
        }
        before.assert_same(&Everything::of(&server), "a refused change of a system collection");
    }

    #[tokio::test]
    async fn the_last_superuser_stays() {
        let server = TestServer::start().await;
        let root = server.superuser();
        let ids = root.ids("_superusers", &[]).await;
        let path = format!("/api/collections/_superusers/records/{}", ids[0]);
        root.delete(&path).await.expect(400);
        root.get(&path).await.expect(200);
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn nobody_writes_sessions_and_factors_through_records() {
        let server = TestServer::start().await;
        let (user, id) = server.user("ann").await;
        let users = "_pb_users_auth_";
        let before = Everything::of(&server);
        for caller in [server.guest(), user] {
            for name in SYSTEM {
                let path = format!("/api/collections/{name}/records");
                let body = json!({
                    "collectionRef": users, "recordRef": id, "method": "password",
                    "provider": "github", "providerId": "1", "fingerprint": "x",
                    "email": "evil@example.com", "password": "12345678",
                    "passwordConfirm": "12345678",
                });
                caller.post(&path, body).await.expect(403);
                caller.patch(&format!("{path}/{id}"), json!({ "method": "x" })).await.expect(403);
            }
            caller.get("/api/collections/_superusers/records").await.expect(403);
        }
        before.assert_same(&Everything::of(&server), "a refused write to a system collection");
    }
}
