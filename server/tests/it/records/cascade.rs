//! What a deletion does to records that point at the deleted one.

use serde_json::{Value, json};
use underpin_testkit::{Caller, TestServer};

/// Parents, and children that point at them in every way.
async fn family(server: &TestServer) -> Vec<String> {
    let parents = server.open_collection("parents", json!([])).await;
    let id = &parents["id"];
    let fields = json!([
        { "name": "home", "type": "relation", "collectionId": id, "cascadeDelete": true },
        { "name": "friend", "type": "relation", "collectionId": id },
        { "name": "needed", "type": "relation", "collectionId": id, "required": true },
        { "name": "many", "type": "relation", "collectionId": id, "maxSelect": 5 },
        { "name": "homes", "type": "relation", "collectionId": id, "maxSelect": 5,
          "cascadeDelete": true },
    ]);
    server.open_collection("children", fields).await;
    let mut ids = Vec::new();
    for _ in 0..5 {
        let made = server.guest().create("parents", json!({})).await;
        ids.push(made["id"].as_str().unwrap().to_owned());
    }
    ids
}

async fn delete(guest: &Caller, id: &str, status: u16) {
    guest.delete(&format!("/api/collections/parents/records/{id}")).await.expect(status);
}

fn path(child: &Value) -> String {
    format!("/api/collections/children/records/{}", child["id"].as_str().unwrap())
}

mod ok {
    use super::*;

    #[tokio::test]
    async fn plain_relations_are_unset() {
        let server = TestServer::start().await;
        let p = family(&server).await;
        let guest = server.guest();
        let body = json!({ "friend": p[1], "needed": p[2], "many": [p[1], p[3]] });
        let child = guest.create("children", body).await;
        delete(&guest, &p[1], 204).await;
        let left = guest.get(&path(&child)).await.expect(200);
        assert_eq!((&left["friend"], &left["many"]), (&json!(""), &json!([p[3]])));
    }

    #[tokio::test]
    async fn cascading_relations_take_the_record_along_when_the_last_one_goes() {
        let server = TestServer::start().await;
        let p = family(&server).await;
        let guest = server.guest();
        let one = guest.create("children", json!({ "home": p[0], "needed": p[2] })).await;
        let body = json!({ "homes": [p[3], p[4]], "needed": p[2] });
        let many = guest.create("children", body).await;
        delete(&guest, &p[0], 204).await;
        guest.get(&path(&one)).await.expect(404);
        delete(&guest, &p[3], 204).await;
        assert_eq!(guest.get(&path(&many)).await.expect(200)["homes"], json!([p[4]]));
        delete(&guest, &p[4], 204).await;
        guest.get(&path(&many)).await.expect(404);
    }
}

mod invalid {
    use super::*;
    use crate::everything::Everything;

    #[tokio::test]
    async fn a_required_relation_keeps_its_target_and_nothing_changes() {
        let server = TestServer::start().await;
        let p = family(&server).await;
        let guest = server.guest();
        guest.create("children", json!({ "needed": p[2], "friend": p[2] })).await;
        guest.create("children", json!({ "home": p[2], "needed": p[1] })).await;
        let before = Everything::of(&server);
        delete(&guest, &p[2], 400).await;
        before.assert_same(&Everything::of(&server), "a refused deletion");
    }

    #[tokio::test]
    async fn relations_need_as_many_records_as_they_say() {
        let server = TestServer::start().await;
        let p = family(&server).await;
        let parents = server.superuser().get("/api/collections/parents").await.ok();
        let field = json!([{ "name": "some", "type": "relation", "collectionId": parents["id"],
            "minSelect": 2, "maxSelect": 3 }]);
        server.open_collection("groups", field).await;
        let path = "/api/collections/groups/records";
        let guest = server.guest();
        let code = |code| [("some", code)];
        let too_few = guest.post(path, json!({ "some": [p[0]] })).await;
        too_few.expect_codes(&code("validation_not_enough_values"));
        let too_many = guest.post(path, json!({ "some": [p[0], p[1], p[2], p[3]] })).await;
        too_many.expect_codes(&code("validation_too_many_values"));
        guest.post(path, json!({ "some": [] })).await.expect(200);
        guest.post(path, json!({ "some": [p[0], p[1]] })).await.expect(200);
    }
}
