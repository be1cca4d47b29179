//! Rules that overlap grant row by row: what one of them shows of a record is not shown of another
//! record that a different one lets pass.

use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

const MEMBERS: &str = "/api/collections/members/records";

/// Members with a boss each: whoever is the boss manages them, and sees them along with all whose
/// state is public. Gives the boss, and a public, a managed and a foreign member.
async fn scene(server: &TestServer) -> (Caller, [Value; 3]) {
    let (boss, boss_id) = server.user("boss").await;
    let rule = "boss = @request.auth.id || state = 'public'";
    server
        .collection(json!({
            "name": "members", "type": "auth", "listRule": rule, "viewRule": rule,
            "updateRule": rule, "manageRule": "boss = @request.auth.id",
            "fields": [
                { "name": "state", "type": "text" },
                { "name": "notes", "type": "text", "hidden": true },
                { "name": "boss", "type": "relation", "collectionId": "_pb_users_auth_" },
            ],
        }))
        .await;
    let root = server.superuser();
    let mut members = Vec::new();
    for (name, state, boss) in
        [("public", "public", json!("")), ("managed", "", json!(boss_id)), ("other", "", json!(""))]
    {
        let body = json!({
            "email": format!("{name}@example.com"), "password": "12345678",
            "passwordConfirm": "12345678", "state": state, "boss": boss, "notes": "n",
        });
        members.push(root.create("members", body).await);
    }
    (boss, members.try_into().unwrap())
}

fn path(record: &Value) -> String {
    format!("{MEMBERS}/{}", record["id"].as_str().unwrap())
}

mod denied {
    use super::*;

    #[tokio::test]
    async fn what_a_manager_sees_of_his_own_is_not_seen_of_others_in_the_same_list() {
        let server = TestServer::start().await;
        let (boss, [public, managed, other]) = scene(&server).await;
        let page = boss.ask(MEMBERS, &[("sort", "@rowid")]).await.expect(200);
        let seen: Vec<(&Value, Option<&Value>)> = page["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| (&item["id"], item.get("email")))
            .collect();
        let address = json!("managed@example.com");
        assert_eq!(seen, [(&public["id"], None), (&managed["id"], Some(&address))]);
        assert_eq!(boss.get(&path(&public)).await.expect(200).get("email"), None);
        assert_eq!(boss.get(&path(&managed)).await.expect(200)["email"], address);
        boss.get(&path(&other)).await.expect(404);
        assert!(!page.to_string().contains("notes"), "{page}");
    }

    #[tokio::test]
    async fn what_a_manager_may_write_of_his_own_he_may_not_write_of_others() {
        let server = TestServer::start().await;
        let (boss, [public, managed, other]) = scene(&server).await;
        let change = || json!({ "verified": true });
        boss.patch(&path(&managed), change()).await.expect(200);
        let refused = boss.patch(&path(&public), change()).await;
        refused.expect_codes(&[("verified", "validation_values_mismatch")]);
        boss.patch(&path(&other), change()).await.expect(404);
        let root = server.superuser();
        for (record, verified) in [(&managed, true), (&public, false), (&other, false)] {
            assert_eq!(root.get(&path(record)).await.ok()["verified"], verified);
        }
    }

    #[tokio::test]
    async fn an_expanded_list_tells_rows_apart_as_the_list_itself_does() {
        let server = TestServer::start().await;
        let (boss, members) = scene(&server).await;
        let collection = server.superuser().get("/api/collections/members").await.ok();
        let fields = json!([
            { "name": "crew", "type": "relation", "collectionId": collection["id"], "maxSelect": 9 },
        ]);
        server.open_collection("teams", fields).await;
        let crew: Vec<&Value> = members.iter().map(|member| &member["id"]).collect();
        server.superuser().create("teams", json!({ "crew": crew })).await;
        let path = "/api/collections/teams/records";
        let page = boss.ask(path, &[("expand", "crew")]).await.expect(200);
        let seen = page["items"][0]["expand"]["crew"].as_array().unwrap();
        let seen: Vec<_> = seen.iter().map(|one| (&one["id"], one.get("email"))).collect();
        let address = json!("managed@example.com");
        assert_eq!(seen, [(crew[0], None), (crew[1], Some(&address))]);
    }
}
