//! A record can't be moved to where its writer may not put it: policies may say what must hold
//! after an update.

use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

use crate::{batch::turn_on, everything::Everything};

const TASKS: &str = "/api/collections/tasks/records";

/// Tasks that everybody may change; what must hold afterwards stands in these policies, written
/// for a role each.
async fn tasks(server: &TestServer, policies: &[(&str, &str, &str)]) -> String {
    let fields = json!([
        { "name": "title", "type": "text" },
        { "name": "owner", "type": "relation", "collectionId": "_pb_users_auth_" },
    ]);
    let tasks = server.open_collection("tasks", fields).await;
    let object = format!("collections/{}", tasks["id"].as_str().unwrap());
    for (role, effect, condition) in policies {
        let condition = condition.replace('\'', "''");
        server.store.rows(&format!(
            "INSERT INTO _policies (role, object, action, effect, condition) \
             VALUES ('{role}', '{object}', 'update:after', '{effect}', '{condition}')"
        ));
    }
    // Saving the rules of a collection reads all policies, and leaves those alone that are none.
    let open = json!({ "updateRule": "", "listRule": "" });
    server.superuser().patch("/api/collections/tasks", open).await.expect(200);
    object
}

async fn task_of(server: &TestServer, owner: &str) -> String {
    let made = server.superuser().create("tasks", json!({ "title": "a", "owner": owner })).await;
    format!("{TASKS}/{}", made["id"].as_str().unwrap())
}

async fn change(caller: &Caller, path: &str, body: Value, status: u16) {
    let answer = caller.patch(path, body.clone()).await;
    assert_eq!(answer.status, status, "{body}: {}", answer.text());
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn a_change_that_leaves_what_must_hold_passes() {
        let server = TestServer::start().await;
        tasks(&server, &[("public", "allow", "owner = @request.auth.id")]).await;
        let ((ann, id), (bob, _)) = (server.user("ann").await, server.user("bob").await);
        let path = task_of(&server, &id).await;
        change(&ann, &path, json!({ "title": "b" }), 200).await;
        change(&ann, &path, json!({ "title": "c", "owner": id }), 200).await;
        change(&bob, &path, json!({ "title": "d" }), 403).await;
        change(&server.superuser(), &path, json!({ "owner": "" }), 200).await;
    }

    #[tokio::test]
    async fn a_denial_alone_leaves_everything_else_open() {
        let server = TestServer::start().await;
        tasks(&server, &[("public", "deny", "title = 'locked'")]).await;
        let (ann, id) = server.user("ann").await;
        let path = task_of(&server, &id).await;
        change(&ann, &path, json!({ "title": "open" }), 200).await;
        change(&server.guest(), &path, json!({ "owner": "" }), 200).await;
        change(&ann, &path, json!({ "title": "locked" }), 403).await;
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn nobody_gives_a_record_away_or_takes_one() {
        let server = TestServer::start().await;
        tasks(&server, &[("user", "allow", "owner = @request.auth.id")]).await;
        let ((ann, own), (_, other)) = (server.user("ann").await, server.user("bob").await);
        let path = task_of(&server, &own).await;
        let of_other = task_of(&server, &other).await;
        turn_on(&server, json!({})).await;
        let before = Everything::of(&server);
        for body in [json!({ "owner": other }), json!({ "owner": "" }), json!({ "owner+": other })]
        {
            change(&ann, &path, body.clone(), 403).await;
            let request = json!({ "method": "PATCH", "url": path, "body": body });
            let batch = json!({ "requests": [request] });
            ann.post("/api/batch", batch).await.expect(400);
            let mut upsert = body.clone();
            upsert["id"] = json!(path.rsplit('/').next());
            let request = json!({ "method": "PUT", "url": TASKS, "body": upsert });
            ann.post("/api/batch", json!({ "requests": [request] })).await.expect(400);
        }
        change(&ann, &of_other, json!({ "title": "mine" }), 403).await;
        change(&server.guest(), &path, json!({ "title": "mine" }), 403).await;
        before.assert_same(&Everything::of(&server), "changes that may not stay");
    }

    #[tokio::test]
    async fn what_must_hold_is_asked_of_the_state_after_the_change() {
        let server = TestServer::start().await;
        let rule = "tasks_via_owner.title ?= 'never'";
        tasks(&server, &[("public", "allow", &format!("owner.{rule} || title = 'ok'"))]).await;
        let (ann, id) = server.user("ann").await;
        let path = task_of(&server, &id).await;
        change(&ann, &path, json!({ "title": "b" }), 403).await;
        change(&ann, &path, json!({ "title": "never" }), 200).await;
        change(&ann, &path, json!({ "title": "b" }), 403).await;
        change(&ann, &path, json!({ "title": "ok" }), 200).await;
    }
}
