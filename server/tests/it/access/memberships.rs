//! Roles and memberships that rules ask for can't be taken by those they are meant for, through
//! no door.

use reqwest::Method;
use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

use crate::{batch::turn_on, everything::Everything};

const MEMBERSHIPS: &str = "/api/collections/memberships/records";
const ACCOUNTS: &str = "/api/collections/accounts/records";

struct Scene {
    server: TestServer,
    /// Admin of the first team.
    ann: Caller,
    /// Plain member of the first team.
    bob: Caller,
    bob_id: String,
    teams: [Value; 2],
    /// Bob's membership.
    membership: Value,
}

/// Teams with memberships that admins of a team alone may make and change; a member may change its
/// greeting, and end it. Accounts have a role that only managers write.
async fn scene() -> Scene {
    let server = TestServer::start().await;
    let root = server.superuser();
    let kept = "@request.body.role:changed = false && @request.body.verified:changed = false";
    let accounts = server
        .collection(json!({
            "name": "accounts", "type": "auth", "listRule": "", "viewRule": "",
            "createRule": "@request.body.role:isset = false",
            "updateRule": format!("id = @request.auth.id && {kept}"),
            "fields": [
                { "name": "role", "type": "select", "values": ["reader", "editor"], "maxSelect": 1 },
                { "name": "flags", "type": "select", "values": ["a", "b"], "maxSelect": 2,
                  "hidden": true },
            ],
        }))
        .await;
    let title = json!([{ "name": "title", "type": "text" }]);
    let teams = server.collection(json!({ "name": "teams", "fields": title })).await;
    let relation = |name: &str, target: &Value| json!({ "name": name, "type": "relation", "collectionId": target["id"] });
    let fields = json!([
        relation("team", &teams), relation("account", &accounts),
        { "name": "level", "type": "text" }, { "name": "greeting", "type": "text" },
    ]);
    // Filled in below: a rule can't speak of a collection before it is there.
    server.collection(json!({ "name": "memberships", "fields": fields })).await;
    let is_admin = "@collection.memberships:own.account ?= @request.auth.id && \
        @collection.memberships:own.level ?= 'admin' && @collection.memberships:own.team ?= team";
    let keeps = "account = @request.auth.id && @request.body.level:changed = false && \
        @request.body.team:changed = false && @request.body.account:changed = false";
    let rules = json!({
        "listRule": "@request.auth.id != ''", "viewRule": "@request.auth.id != ''",
        "createRule": is_admin, "updateRule": keeps, "deleteRule": "account = @request.auth.id",
    });
    root.patch("/api/collections/memberships", rules).await.expect(200);
    let account = async |name: &str| {
        let body = json!({
            "email": format!("{name}@example.com"), "password": "12345678",
            "passwordConfirm": "12345678", "role": "reader",
        });
        let made = root.create("accounts", body).await;
        let email = made["email"].as_str().unwrap();
        let caller = server.guest().signed_in("accounts", email, "12345678").await;
        (caller, made["id"].as_str().unwrap().to_owned())
    };
    let ((ann, ann_id), (bob, bob_id)) = (account("ann").await, account("bob").await);
    let teams = [root.create("teams", json!({})).await, root.create("teams", json!({})).await];
    let admin = json!({ "team": teams[0]["id"], "account": ann_id, "level": "admin" });
    root.create("memberships", admin).await;
    let member = json!({ "team": teams[0]["id"], "account": bob_id, "level": "member" });
    let membership = root.create("memberships", member).await;
    turn_on(&server, json!({})).await;
    Scene { server, ann, bob, bob_id, teams, membership }
}

impl Scene {
    fn own(&self) -> String {
        format!("{MEMBERSHIPS}/{}", self.membership["id"].as_str().unwrap())
    }
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn admins_let_others_in_and_members_change_what_is_theirs() {
        let scene = scene().await;
        let (guest, bob) = (scene.server.guest(), &scene.bob);
        let body = json!({
            "email": "cid@example.com", "password": "12345678", "passwordConfirm": "12345678",
        });
        let cid = guest.create("accounts", body).await;
        let team = &scene.teams[0]["id"];
        let member = json!({ "team": team, "account": cid["id"], "level": "member" });
        scene.ann.post(MEMBERSHIPS, member).await.expect(200);
        bob.patch(&scene.own(), json!({ "greeting": "hi" })).await.expect(200);
        let same = json!({ "greeting": "ho", "level": "member" });
        bob.patch(&scene.own(), same).await.expect(200);
        bob.delete(&scene.own()).await.expect(204);
    }
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn nobody_raises_himself() {
        let scene = scene().await;
        let own = scene.own();
        let account = format!("{ACCOUNTS}/{}", scene.bob_id);
        let first = &scene.teams[0]["id"];
        let second = &scene.teams[1]["id"];
        let join = |team: &Value, level: &str| json!({ "team": team, "account": scene.bob_id, "level": level });
        let mut raised = join(first, "admin");
        raised["id"] = scene.membership["id"].clone();
        let mut chosen = join(second, "admin");
        chosen["id"] = json!("chosen000000001");
        let writes = [
            (Method::POST, MEMBERSHIPS, join(first, "admin")),
            (Method::POST, MEMBERSHIPS, join(second, "member")),
            (Method::POST, MEMBERSHIPS, chosen.clone()),
            (Method::PATCH, &own, json!({ "level": "admin" })),
            (Method::PATCH, &own, json!({ "level": "admin", "greeting": "hi" })),
            (Method::PATCH, &own, json!({ "team": second })),
            (Method::PATCH, &own, json!({ "team+": second })),
            (Method::PATCH, &own, json!({ "team-": first })),
            (Method::PATCH, &own, json!({ "account": "" })),
            (Method::PATCH, &own, json!({ "account-": scene.bob_id })),
            (Method::PATCH, &account, json!({ "role": "editor" })),
            (Method::PATCH, &account, json!({ "role+": "editor" })),
            (Method::PATCH, &account, json!({ "role": ["reader", "editor"] })),
            (Method::PATCH, &account, json!({ "role-": "reader" })),
            (Method::PATCH, &account, json!({ "verified": true })),
            (Method::PATCH, &account, json!({ "collectionName": "_superusers", "role": "editor" })),
        ];
        let before = Everything::of(&scene.server);
        for (method, path, body) in &writes {
            let what = format!("{method} {path} {body}");
            let answer = scene.bob.send(method.clone(), path, Some(body.clone())).await;
            assert!((400..500).contains(&answer.status), "{what}: {}", answer.text());
            before.assert_same(&Everything::of(&scene.server), &what);
            let request = json!({ "method": method.as_str(), "url": path, "body": body });
            let batch = json!({ "requests": [request] });
            assert_eq!(scene.bob.post("/api/batch", batch).await.status, 400, "a batch of {what}");
            before.assert_same(&Everything::of(&scene.server), &format!("a batch of {what}"));
        }
        for body in [raised, chosen, json!({ "id": scene.bob_id, "role": "editor" })] {
            let path = if body.get("role").is_some() { ACCOUNTS } else { MEMBERSHIPS };
            let upsert = json!({ "method": "PUT", "url": path, "body": body });
            let harmless =
                json!({ "method": "PATCH", "url": own, "body": { "greeting": "hello" } });
            for requests in [json!([upsert]), json!([harmless, upsert])] {
                let answer = scene.bob.post("/api/batch", json!({ "requests": requests })).await;
                assert_eq!(answer.status, 400, "{requests}: {}", answer.text());
                before.assert_same(&Everything::of(&scene.server), &requests.to_string());
            }
        }
    }

    #[tokio::test]
    async fn no_first_step_of_a_batch_opens_the_door_for_the_next() {
        let scene = scene().await;
        let before = Everything::of(&scene.server);
        let second = &scene.teams[1]["id"];
        let admin = json!({ "team": second, "account": scene.bob_id, "level": "admin" });
        let make = json!({ "method": "POST", "url": MEMBERSHIPS, "body": admin });
        let leave = json!({ "method": "DELETE", "url": scene.own() });
        let mut again = scene.membership.clone();
        again["level"] = json!("admin");
        let again = json!({ "method": "PUT", "url": MEMBERSHIPS, "body": again });
        for requests in
            [json!([make, make]), json!([leave, again]), json!([leave, make]), json!([again, make])]
        {
            let answer = scene.bob.post("/api/batch", json!({ "requests": requests })).await;
            assert_eq!(answer.status, 400, "{requests}: {}", answer.text());
            before.assert_same(&Everything::of(&scene.server), &requests.to_string());
        }
    }

    #[tokio::test]
    async fn a_hidden_role_is_written_by_no_client() {
        let scene = scene().await;
        let path = format!("{ACCOUNTS}/{}", scene.bob_id);
        for body in [
            json!({ "flags": ["a"] }),
            json!({ "flags+": "a" }),
            json!({ "+flags": ["a", "b"] }),
            json!({ "flags-": "a" }),
        ] {
            scene.bob.patch(&path, body).await.expect(200);
        }
        let form = reqwest::multipart::Form::new().text("flags", "a").text("flags+", "b");
        scene.bob.form(Method::PATCH, &path, form).await.expect(200);
        let sign_up = json!({
            "email": "new@example.com", "password": "12345678", "passwordConfirm": "12345678",
            "flags": ["a"], "flags+": "b",
        });
        let made = scene.server.guest().create("accounts", sign_up).await;
        let root = scene.server.superuser();
        for id in [scene.bob_id.as_str(), made["id"].as_str().unwrap()] {
            let account = root.get(&format!("{ACCOUNTS}/{id}")).await.ok();
            assert_eq!((&account["flags"], &account["verified"]), (&json!([]), &json!(false)));
        }
    }
}
