//! Rules: what they can ask for, and what happens where they don't hold.

use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

const DOCS: &str = "/api/collections/docs/records";

struct Scene {
    server: TestServer,
    ann: Caller,
    bob: Caller,
    ann_id: String,
    bob_id: String,
}

/// Documents with an owner and a team; Bob is in the team.
async fn scene() -> Scene {
    let server = TestServer::start().await;
    let (ann, ann_id) = server.user("ann").await;
    let (bob, bob_id) = server.user("bob").await;
    let users = "_pb_users_auth_";
    let members =
        json!([{ "name": "members", "type": "relation", "collectionId": users, "maxSelect": 9 }]);
    let teams = server.collection(json!({ "name": "teams", "fields": members })).await;
    server
        .collection(json!({
            "name": "docs",
            "fields": [
                { "name": "title", "type": "text" },
                { "name": "state", "type": "text" },
                { "name": "owner", "type": "relation", "collectionId": users },
                { "name": "team", "type": "relation", "collectionId": teams["id"] },
            ],
            "listRule": "owner = @request.auth.id || state = 'public'",
            "viewRule": "owner = @request.auth.id || state = 'public'",
            "createRule": "@request.auth.id != '' && owner = @request.auth.id && @request.body.state != 'locked'",
            "updateRule": "owner = @request.auth.id && @request.body.owner:changed = false",
            "deleteRule": "owner = @request.auth.id || team.members.id ?= @request.auth.id",
        }))
        .await;
    Scene { server, ann, bob, ann_id, bob_id }
}

fn path(record: &Value) -> String {
    format!("{DOCS}/{}", record["id"].as_str().unwrap())
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn each_caller_sees_his_own_and_what_is_public() {
        let Scene { server, ann, bob, ann_id, bob_id } = scene().await;
        let own = ann.create("docs", json!({ "title": "a", "owner": ann_id })).await;
        let public =
            bob.create("docs", json!({ "title": "b", "owner": bob_id, "state": "public" })).await;
        let ids = async |caller: &Caller| caller.ids("docs", &[("sort", "title")]).await;
        assert_eq!(ids(&ann).await, [own["id"].as_str().unwrap(), public["id"].as_str().unwrap()]);
        assert_eq!(ids(&bob).await, [public["id"].as_str().unwrap()]);
        assert_eq!(ids(&server.guest()).await, [public["id"].as_str().unwrap()]);
        assert_eq!(ids(&server.superuser()).await.len(), 2);
        ann.get(&path(&own)).await.expect(200);
        bob.get(&path(&own)).await.expect(404);
        server.guest().get(&path(&public)).await.expect(200);
        let or = [("filter", "id != '' || 1 = 1")];
        assert_eq!(bob.ids("docs", &or).await.len(), 1, "no filter gets round the rule");
    }

    #[tokio::test]
    async fn a_rule_follows_relations() {
        let Scene { server, ann, bob, ann_id, bob_id } = scene().await;
        let root = server.superuser();
        let team = root.create("teams", json!({ "members": [bob_id] })).await;
        let own = ann.create("docs", json!({ "owner": ann_id })).await;
        bob.delete(&path(&own)).await.expect(404);
        root.patch(&path(&own), json!({ "team": team["id"] })).await.expect(200);
        server.guest().delete(&path(&own)).await.expect(404);
        bob.delete(&path(&own)).await.expect(204);
    }

    #[tokio::test]
    async fn rules_see_method_headers_query_body_and_caller() {
        let server = TestServer::start().await;
        let (ann, _) = server.user("ann").await;
        let fields = json!([{ "name": "a", "type": "text" }]);
        server.collection(json!({ "name": "things", "fields": fields })).await;
        let guest = server.guest();
        let one = json!({ "a": "1" });
        for (rule, caller, query, body, passes) in [
            ("@request.method = 'POST'", &guest, "", json!({}), true),
            ("@request.method = 'GET'", &guest, "", json!({}), false),
            ("@request.headers.content_type ~ 'json'", &guest, "", json!({}), true),
            ("@request.headers.x_test = '1'", &guest, "", json!({}), false),
            ("@request.query.k = 'v'", &guest, "?k=v", json!({}), true),
            ("@request.query.k = 'v'", &guest, "", json!({}), false),
            ("@request.body.a = '1'", &guest, "", one.clone(), true),
            ("@request.body.a:isset = false", &guest, "", one.clone(), false),
            ("@request.body.other:isset = true", &guest, "", json!({ "other": 1 }), true),
            ("@request.context = 'default'", &guest, "", json!({}), true),
            ("@request.auth.collectionName = 'users'", &ann, "", json!({}), true),
            ("@request.auth.email ~ 'ann'", &ann, "", json!({}), true),
            ("@request.auth.verified = true", &ann, "", json!({}), false),
            ("a = '1'", &guest, "", one.clone(), true),
            ("a = '1'", &guest, "", json!({ "a": "2" }), false),
            ("@collection.users.id ?= @request.auth.id", &ann, "", json!({}), true),
            ("@collection.users.id ?= @request.auth.id", &guest, "", json!({}), false),
        ] {
            let change = json!({ "createRule": rule });
            server.superuser().patch("/api/collections/things", change).await.expect(200);
            let path = format!("/api/collections/things/records{query}");
            let answer = caller.post(&path, body.clone()).await;
            answer.expect(if passes { 200 } else { 400 });
        }
    }

    #[tokio::test]
    async fn a_changed_rule_counts_at_once() {
        let Scene { server, ann, ann_id, .. } = scene().await;
        let own = ann.create("docs", json!({ "owner": ann_id })).await;
        server.guest().get(&path(&own)).await.expect(404);
        let open = json!({ "viewRule": "" });
        server.superuser().patch("/api/collections/docs", open).await.expect(200);
        server.guest().get(&path(&own)).await.expect(200);
        let locked = json!({ "viewRule": null });
        server.superuser().patch("/api/collections/docs", locked).await.expect(200);
        ann.get(&path(&own)).await.expect(403);
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn nobody_creates_in_the_name_of_another() {
        let Scene { server, ann, ann_id, bob_id, .. } = scene().await;
        let for_ann = json!({ "owner": ann_id });
        assert_eq!(server.guest().post(DOCS, for_ann.clone()).await.expect(400)["data"], json!({}));
        ann.post(DOCS, json!({ "owner": bob_id })).await.expect(400);
        ann.post(DOCS, json!({ "owner": ann_id, "state": "locked" })).await.expect(400);
        ann.post(DOCS, for_ann).await.expect(200);
    }

    #[tokio::test]
    async fn nobody_gives_a_record_away_or_takes_one() {
        let Scene { server, ann, bob, ann_id, bob_id } = scene().await;
        let own = ann.create("docs", json!({ "title": "a", "owner": ann_id })).await;
        ann.patch(&path(&own), json!({ "title": "b" })).await.expect(200);
        ann.patch(&path(&own), json!({ "owner": bob_id })).await.expect(404);
        bob.patch(&path(&own), json!({ "owner": bob_id })).await.expect(404);
        bob.patch(&path(&own), json!({ "title": "c" })).await.expect(404);
        let now = server.superuser().get(&path(&own)).await.ok();
        assert_eq!((&now["title"], &now["owner"]), (&json!("b"), &json!(ann_id)));
    }
}
